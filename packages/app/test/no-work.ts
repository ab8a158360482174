/** A store of the work with nothing in it, for tests that are about something else. */
import type { WorkStore } from '@tokenmeter/core/work';

const refuse = async (): Promise<never> => {
  throw new Error('This test has no work');
};

export const noWork: WorkStore = {
  put: refuse,
  find: async () => undefined,
  list: async () => ({ items: [] }),
  remove: async () => false,
  changeStatus: async () => undefined,
  addEvents: refuse,
  event: async () => undefined,
  events: async () => ({ events: [], matched: 0 }),
  cells: async () => ({ cells: [], lastAt: null }),
  scope: async () => [],
  names: async () => ({
    repos: new Map(),
    workplans: new Map(),
    tasks: new Map(),
    commits: new Map(),
    releases: new Map(),
    running: new Set(),
  }),
  workplaces: async () => [],
  link: async () => {},
};
