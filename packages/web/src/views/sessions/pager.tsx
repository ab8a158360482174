/** Steps through the list's pages. The ledger gives only the way forward; the way back is what this visit came along. */
import { formatCount } from '@tokenmeter/core/format';
import { useEffect } from 'preact/hooks';
import { Icon } from '../../components/icon.tsx';
import { search } from '../../router.ts';
import { settings } from '../../stores/house.ts';
import { type ListPage, putPage, rowsShown } from './paging.ts';

interface Properties {
  readonly page: ListPage;
  readonly rows: number;
  readonly matched: number;
  readonly next: string | null;
}

/** Keys of the pages passed on the way, by what was asked (without the page) and number. */
const passed = new Map<string, string | undefined>();

export function Pager({ page, rows, matched, next }: Properties) {
  const here = search.value;
  const list = putPage(here, { number: 1, after: undefined });
  useEffect(() => {
    passed.set(`${list} ${page.number}`, page.after);
  }, [list, page.number, page.after]);
  if (page.number === 1 && next === null) return null;
  const { first, last } = rowsShown(page.number, rows);
  const locale = settings.state.value.data?.display.locale;
  const count = (value: number) => formatCount(value, locale);
  const before = page.number - 1;
  // A link that was opened at page 5 knows no page 4: then the first page.
  const previous = { number: before, after: passed.get(`${list} ${before}`) };
  return (
    <nav class="pager" aria-label="Pages">
      {page.number > 1 && (
        <a class="button" href={(previous.after ? putPage(here, previous) : list) || '?'}>
          <Icon name="previous" />
          {previous.after || before === 1 ? 'Previous' : 'First page'}
        </a>
      )}
      <span class="ink-3 nowrap">
        {count(first)} – {count(last)} of {count(matched)}
      </span>
      {next !== null && (
        <a class="button" href={putPage(here, { number: page.number + 1, after: next })}>
          Next
          <Icon name="next" />
        </a>
      )}
    </nav>
  );
}
