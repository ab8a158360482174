/** What the browser tests of the Token cost page begin with: the scene of all pages, and its server's cost answers. */
import type { Page } from 'playwright-core';
import { beforeEach } from 'vitest';
import type { Visit } from './browser.ts';
import { answerCost, WORK, type WorkTable } from './cost-fixture.ts';
import { setScene } from './scene.ts';

export function setCostScene() {
  const scene = setScene();
  let work: WorkTable = WORK;
  beforeEach(() => {
    work = WORK;
    scene.server.answers.set('/api/cost', (url) => answerCost(url.searchParams, work));
  });

  /** The Token cost page with its figures. */
  async function costPage(path = '/cost', options: Visit = {}): Promise<Page> {
    const { page } = await scene.visit(path, options);
    await page.locator('.cost-figure').waitFor();
    return page;
  }

  return {
    ...scene,
    costPage,
    /** Other rows for some of the cards. */
    withWork: (changes: WorkTable) => {
      work = { ...WORK, ...changes };
    },
    /** Questions for the page's figures since the server was reset. */
    asked: () => scene.server.asked.filter((path) => path.startsWith('/api/cost')),
  };
}

export const costFigure = (page: Page) => page.locator('.cost-figure').textContent();
export const repoNames = (page: Page) =>
  page.locator('.ranked:not(.ranked-models) > li .ranked-name').allTextContents();
export const taskNames = (page: Page) => page.locator('.task-name :is(a, .copy-name)').allTextContents();
