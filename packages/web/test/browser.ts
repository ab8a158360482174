/**
 * A Chromium for the tests: one that is installed, else the binary inside the npm package. One browser at a time; whoever
 * launches it closes it. It refuses to download anything.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Letters where the font puts them, as on a screen of today: pictures and widths are then the same everywhere.
  '--font-render-hinting=none',
];

/** Must change with the version of the package, or an older binary would be used. */
const PACKED = 'tokenmeter-chromium-147';

export async function launchBrowser(): Promise<Browser> {
  const installed = [process.env.CHROMIUM_PATH ?? '', ...INSTALLED].find((path) => path !== '' && existsSync(path));
  const executablePath = installed ?? (await unpackChromium());
  const fonts = join(executablePath, '..', 'fonts');
  const env = { ...process.env, ...(installed === undefined && existsSync(fonts) ? { FONTCONFIG_PATH: fonts } : {}) };
  return chromium.launch({ executablePath, args: ARGUMENTS, headless: true, env: env as Record<string, string> });
}

/**
 * The package unpacks to fixed names in the temporary folder, where two test runs would meet half-written files. So it
 * unpacks into a folder of its own, which then gets its final name in one step.
 */
async function unpackChromium(): Promise<string> {
  const final = join(tmpdir(), PACKED);
  if (existsSync(join(final, 'chromium'))) return join(final, 'chromium');
  const before = process.env.TMPDIR;
  const staging = mkdtempSync(join(tmpdir(), `${PACKED}-`));
  try {
    process.env.TMPDIR = staging;
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
    // Its own list of font folders names the places it would have unpacked to; without one font Chromium draws no text.
    writeFileSync(join(staging, 'fonts', 'fonts.conf'), fontsConfig(final));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(staging, final);
  } catch {
    // Somebody else was faster; theirs is whole, as its name came in one step too.
    rmSync(staging, { recursive: true, force: true });
  }
  return join(final, 'chromium');
}

function fontsConfig(folder: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
    '',
  ].join('\n');
}

export interface Visit extends BrowserContextOptions {
  /** What the clock of the page says; it stands still but for timers. */
  readonly now?: string | undefined;
}

/** A page of its own context with a fixed clock, English, and every console error kept. */
export async function openPage(browser: Browser, visit: Visit = {}): Promise<{ page: Page; errors: string[] }> {
  const { now, ...options } = visit;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  if (now) await page.clock.setFixedTime(new Date(now));
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, errors };
}

/** What axe-core finds on the page, one line each; empty when it finds nothing. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
  // As a script of the page it would be stopped by the Content-Security-Policy; evaluated it is not.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResult> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')}: ${failureSummary}`),
    );
  });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
  }[];
}

/** Keeps a picture where somebody asked for pictures. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.TOKENMETER_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: name.endsWith('-full') });
}
