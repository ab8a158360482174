/** The filter button with its checklists, and the line of filters in force. What is chosen lives in the address. */
import type { WireQueryResult } from '@tokenmeter/core';
import { agentName, formatMoney, formatPlural, modelName, projectName } from '@tokenmeter/core/format';
import { useMemo, useState } from 'preact/hooks';
import { readFigures } from '../figures.ts';
import { navigateSearch, search } from '../router.ts';
import { FACETS, type FacetName, facets, loadFacets } from '../stores/facets.ts';
import { moneyFormat } from '../stores/house.ts';
import type { UsageQuestion } from '../stores/usage.ts';
import {
  changeView,
  FILTER_NAMES,
  type FilterName,
  isFiltered,
  readView,
  toggleFilter,
  type ViewChange,
} from '../url-state.ts';
import { Icon } from './icon.tsx';
import { Popover } from './popover.tsx';
import './filter-bar.css';

const TITLES: Readonly<Record<FilterName, string>> = {
  agent: 'Agent',
  repo: 'Repo',
  branch: 'Branch',
  model: 'Model',
  workplan: 'Workplan',
  session: 'Session',
  status: 'Status',
  source: 'Source',
};

/** Of a session's id: enough to tell it from others. */
const SESSION_LETTERS = 12;
/** Above this many values a checklist gets a search field. */
const SEARCHED = 7;

export function FilterButton({ question }: { readonly question: UsageQuestion }) {
  return (
    <Popover
      label="Filter"
      buttonLabel="Filter"
      button={
        <>
          <Icon name="filter" />
          <span class="wide-only">Filter</span>
        </>
      }
      shortcut={{ letter: 'f', label: 'Filter' }}
      onOpen={() => void loadFacets(question)}
    >
      {() => (
        <div class="facets">
          {FACETS.map((name) => (
            <Facet key={name} name={name} answer={facets.state.value.data?.[name]} />
          ))}
          {facets.state.value.failure && (
            <p class="facet-note">This didn’t load. {facets.state.value.failure.message}</p>
          )}
          <p class="facet-note">Alt-click or “not” leaves a value out.</p>
        </div>
      )}
    </Popover>
  );
}

function Facet({ name, answer }: { readonly name: FacetName; readonly answer: WireQueryResult | undefined }) {
  const [typed, setTyped] = useState('');
  const view = readView(search.value);
  const values = useMemo(() => rankedValues(answer, name), [answer, name]);
  const shown = values.filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(typed.toLowerCase()));
  const toggle = (value: string, exclude: boolean) => {
    const here = search.peek();
    navigateSearch(changeView(here, toggleFilter(readView(here), name, value, exclude)));
  };
  return (
    <fieldset class="facet">
      <legend>{TITLES[name]}</legend>
      {values.length > SEARCHED && (
        <input
          class="field facet-search"
          type="search"
          placeholder={`Find ${TITLES[name].toLowerCase()}`}
          aria-label={`Find ${TITLES[name].toLowerCase()}`}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {answer && values.length === 0 && <p class="facet-note">None in this period</p>}
      <ul>
        {shown.map(({ id, label, cost, calls }) => {
          const isExcluded = view.except[name]?.includes(id) ?? false;
          return (
            <li key={id} class={isExcluded ? 'facet-row is-excluded' : 'facet-row'}>
              <label title={id}>
                <input
                  type="checkbox"
                  checked={view.only[name]?.includes(id) ?? false}
                  onClick={(event) => {
                    event.preventDefault();
                    toggle(id, event.altKey);
                  }}
                />
                <span class="clip">{label}</span>
              </label>
              <span class="ink-3 nowrap">{formatPlural(calls, 'call')}</span>
              <span class="end">{formatMoney(cost, moneyFormat.value)}</span>
              <button type="button" class="facet-not" aria-pressed={isExcluded} onClick={() => toggle(id, true)}>
                not<span class="sr"> {label}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}

interface ChipProperties {
  /** Names of what the address holds by id. */
  readonly nameOf?: (name: FilterName, value: string) => string | undefined;
}

/** The filters in force, each with its way out; nothing where there are none. */
export function FilterChips({ nameOf }: ChipProperties) {
  const view = readView(search.value);
  if (!isFiltered(view)) return null;
  const { session = [] } = view.only;
  // Ids say little, and many of them are what somebody was led to: they come and go as one.
  const isCounted = session.length > 1;
  const chips = FILTER_NAMES.flatMap((name) => [
    ...(isCounted && name === 'session' ? [] : (view.only[name] ?? [])).map((value) => ({
      name,
      value,
      exclude: false,
    })),
    ...(view.except[name] ?? []).map((value) => ({ name, value, exclude: true })),
  ]);
  const put = (change: ViewChange) => navigateSearch(changeView(search.peek(), change));
  return (
    <div class="filter-chips">
      <ul aria-label="Filters in force">
        {isCounted && (
          <Chip
            text={`${session.length} sessions`}
            title={session.join(', ')}
            onRemove={() => put({ only: { ...view.only, session: [] }, page: 1 })}
          />
        )}
        {chips.map(({ name, value, exclude }) => {
          const text = `${TITLES[name]}: ${exclude ? 'not ' : ''}${nameOf?.(name, value) ?? labelOf(name, value)}`;
          return (
            <Chip
              key={`${name}${exclude}${value}`}
              text={text}
              title={value}
              onRemove={() => put(toggleFilter(view, name, value, exclude))}
            />
          );
        })}
      </ul>
      <button type="button" class="link" onClick={clearFilters}>
        Clear all
      </button>
    </div>
  );
}

interface OneChip {
  readonly text: string;
  readonly title: string;
  readonly onRemove: () => void;
}

function Chip({ text, title, onRemove }: OneChip) {
  return (
    <li class="filter-chip" title={title}>
      <span class="clip">{text}</span>
      <button type="button" aria-label={`Remove filter ${text}`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </li>
  );
}

export function clearFilters(): void {
  navigateSearch(changeView(search.peek(), { only: {}, except: {}, page: 1 }));
}

export function countFilters(): number {
  const { only, except } = readView(search.value);
  return [...Object.values(only), ...Object.values(except)].reduce((sum, values) => sum + (values?.length ?? 0), 0);
}

function labelOf(name: FilterName, value: string): string {
  if (name === 'agent') return agentName(value);
  if (name === 'model') return modelName(value);
  if (name === 'repo') return projectName(value);
  if (name === 'session') return value.slice(0, SESSION_LETTERS);
  return value === '' ? 'none' : value;
}

function rankedValues(answer: WireQueryResult | undefined, name: FacetName) {
  const key = name === 'repo' ? 'project' : name;
  return (answer?.rows ?? [])
    .flatMap((row) => {
      const id = row.key[key];
      // A value without a name cannot be written into an address.
      if (!id) return [];
      const { cost, calls, tokens } = readFigures(row);
      return [{ id, label: labelOf(name, id), cost, calls, tokens }];
    })
    .sort((a, b) => Number((b.cost ?? -1n) - (a.cost ?? -1n)) || b.tokens - a.tokens);
}
