/**
 * The address bar as two signals. Links are plain anchors: a click on one of our own pages moves without a load, every
 * other click (new tab, download, other site) is the browser's.
 */
import { batch, effect, signal } from '@preact/signals';

export const path = signal('/');
/** With its leading `?`, or ''. */
export const search = signal('');

const MEMORY = 'tokenmeter.views';

/** Goes to an address of this site. `replace` leaves no step for Back; `stay` does not scroll to the top. */
export function navigate(href: string, options: { readonly replace?: boolean; readonly stay?: boolean } = {}): void {
  const url = new URL(href, location.href);
  if (url.pathname + url.search === location.pathname + location.search) return;
  const samePage = url.pathname === location.pathname;
  history[options.replace ? 'replaceState' : 'pushState'](null, '', url);
  read();
  if (!samePage && !options.stay) window.scrollTo(0, 0);
}

/** Changes the query string of the page one is on. */
export function navigateSearch(next: string, options: { readonly replace?: boolean } = {}): void {
  navigate(location.pathname + next, options);
}

/** Address of a page as it was last left in this browser session. */
export function rememberedHref(page: string): string {
  return page + (memory()[page] ?? '');
}

/** Begins to follow the address bar. `home` is where `/` leads. Answers how to stop. */
export function startRouter(home: string): () => void {
  if (location.pathname === '/') history.replaceState(null, '', home + location.search);
  const left = memory()[location.pathname];
  if (location.search === '' && left) history.replaceState(null, '', location.pathname + left);
  read();
  const forget = effect(() => {
    const views = { ...memory(), [path.value]: search.value };
    try {
      sessionStorage.setItem(MEMORY, JSON.stringify(views));
    } catch {
      // Storage can be forbidden; then pages open at their defaults.
    }
  });
  window.addEventListener('popstate', read);
  document.addEventListener('click', follow);
  return () => {
    forget();
    window.removeEventListener('popstate', read);
    document.removeEventListener('click', follow);
  };
}

function read(): void {
  batch(() => {
    path.value = location.pathname.length > 1 ? location.pathname.replace(/\/+$/, '') : location.pathname;
    search.value = location.search;
  });
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (!anchor?.href || anchor.target || anchor.hasAttribute('download')) return;
  if (anchor.origin !== location.origin || anchor.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  const { replace, stay } = anchor.dataset;
  navigate(anchor.href, { replace: replace !== undefined, stay: stay !== undefined });
}

function memory(): Readonly<Record<string, string>> {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY) ?? '{}');
  } catch {
    return {};
  }
}
