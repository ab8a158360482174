/** Which runs are shown and in what order, kept in the address. */
import type { WireLiveRun } from '@tokenmeter/core';
import { Icon } from '../../components/icon.tsx';
import { Popover } from '../../components/popover.tsx';
import { navigateSearch, search } from '../../router.ts';
import { changeView, readView, toggleFilter } from '../../url-state.ts';
import { reposOf } from './filter.ts';
import { RUN_SORTS, readRunSort } from './order.ts';

export function RepoFilter({ runs }: { readonly runs: readonly WireLiveRun[] }) {
  const view = readView(search.value);
  const chosen = view.only.repo ?? [];
  const repos = reposOf(runs);
  // A repository that is chosen stays to be unchosen when its last run is gone.
  const all = [
    ...repos,
    ...chosen.filter((name) => !repos.some(([known]) => known === name)).map((name) => [name, 0] as const),
  ];
  const label = chosen.length === 0 ? 'All repos' : chosen.length === 1 ? (chosen[0] ?? '') : `${chosen.length} repos`;
  return (
    <Popover
      class="wide-only"
      button={
        <>
          <Icon name="filter" />
          {label}
          <Icon name="down" />
        </>
      }
      label="Repositories"
      shortcut={{ letter: 'f', label: 'Filter' }}
    >
      {() => (
        <>
          {all.map(([name, count]) => (
            <label key={name} class="menu-item">
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={() =>
                  navigateSearch(changeView(search.peek(), toggleFilter(readView(search.peek()), 'repo', name)))
                }
              />
              <span class="mono clip">{name}</span>
              <span class="menu-count">{count}</span>
            </label>
          ))}
          {all.length === 0 && <p class="menu-item ink-3">No runs</p>}
          {chosen.length > 0 && (
            <button type="button" class="menu-item" onClick={clearRunFilters}>
              Show all repos
            </button>
          )}
        </>
      )}
    </Popover>
  );
}

export function clearRunFilters(): void {
  navigateSearch(changeView(search.peek(), { only: {}, except: {} }));
}

export function SortMenu() {
  const sort = readRunSort(readView(search.value).sort?.column);
  const name = RUN_SORTS.find(([id]) => id === sort)?.[1];
  return (
    <Popover
      class="wide-only"
      button={
        <>
          {name}
          <Icon name="down" />
        </>
      }
      label="Order of the runs"
    >
      {(close) =>
        RUN_SORTS.map(([id, text]) => (
          <button
            key={id}
            type="button"
            class="menu-item"
            aria-pressed={id === sort}
            onClick={() => {
              const next = id === 'recent' ? undefined : { column: id, direction: undefined };
              navigateSearch(changeView(search.peek(), { sort: next }), { replace: true });
              close();
            }}
          >
            <span class="menu-check">{id === sort && <Icon name="check" />}</span>
            {text}
          </button>
        ))
      }
    </Popover>
  );
}
