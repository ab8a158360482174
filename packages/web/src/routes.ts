/**
 * The pages that exist, in the order of the navigation. A page is one line here and a folder under views/; the shell,
 * the shortcuts and the foot of the sidebar link only to what stands in this table.
 */
import type { ComponentType } from 'preact';
import type { IconName } from './components/icon.tsx';

export interface Page {
  /** Also serves every path below it. */
  readonly path: string;
  readonly name: string;
  /** Where there is little room; `name` if absent. */
  readonly shortName?: string;
  readonly icon: IconName;
  /** After `g`. */
  readonly key: string;
  load(): Promise<{ readonly default: ComponentType }>;
}

export const PAGES: readonly Page[] = [
  { path: '/live', name: 'Live', icon: 'live', key: 'l', load: () => import('./views/live/live-page.tsx') },
  { path: '/usage', name: 'Usage', icon: 'usage', key: 'u', load: () => import('./views/usage/usage-page.tsx') },
  {
    path: '/cost',
    name: 'Token cost',
    shortName: 'Cost',
    icon: 'cost',
    key: 'c',
    load: () => import('./views/cost/cost-page.tsx'),
  },
  {
    path: '/sessions',
    name: 'Sessions',
    icon: 'sessions',
    key: 's',
    load: () => import('./views/sessions/sessions-area.tsx'),
  },
  {
    path: '/settings',
    name: 'Settings',
    icon: 'settings',
    key: ',',
    load: () => import('./views/settings/settings-page.tsx'),
  },
];

export function pageAt(path: string): Page | undefined {
  return PAGES.find((page) => path === page.path || path.startsWith(`${page.path}/`));
}

/** A path if some page serves it, so that nothing links to a page that is not there. */
export function hrefIfServed(path: string): string | undefined {
  return pageAt(path) && path;
}
