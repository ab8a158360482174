/**
 * Which page of the list an address means. The ledger pages by keys, so page 2 and later carry the key of the row before
 * them (`page=2&after=...`); a page number without its key is page 1. Pure.
 */
import { changeView, readView } from '../../url-state.ts';

export const PAGE_ROWS = 50;

export interface ListPage {
  readonly number: number;
  readonly after: string | undefined;
}

export function readPage(search: string): ListPage {
  const after = new URLSearchParams(search).get('after') ?? undefined;
  const { page } = readView(search);
  return page > 1 && after ? { number: page, after } : { number: 1, after: undefined };
}

/** The same query string on another page. */
export function putPage(search: string, { number, after }: ListPage): string {
  const rest = search.replace(/^\?/, '').split('&');
  const without = rest.filter((part) => part !== '' && part !== 'after' && !part.startsWith('after='));
  const key = number > 1 && after ? [`after=${encodeURIComponent(after)}`] : [];
  return changeView(`?${[...without, ...key].join('&')}`, { page: key.length > 0 ? number : 1 });
}

/** `1 – 50 of 1,204`; the numbers come in written. */
export function rowsShown(page: number, rows: number): { readonly first: number; readonly last: number } {
  const before = (page - 1) * PAGE_ROWS;
  return { first: before + Math.min(1, rows), last: before + rows };
}
