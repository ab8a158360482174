/**
 * A tree of agents by keyboard and pointer: up and down through what is open, right opens, left closes or goes to the
 * parent, Enter and Space select. One stop for Tab. Rows come in depth first with their level.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { exactMoney, MoneyText } from './money-text.tsx';
import '../styles/run-tree.css';

export interface RunTreeRow {
  /** Undefined stands for all of it. */
  readonly id: string | undefined;
  /** 1 for the top. */
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  readonly hasChildren: boolean;
  readonly name: string;
  readonly detail: string;
  /** Nano-dollars of its own. */
  readonly cost: bigint | null;
  /** How it is written, where it was rounded together with others. */
  readonly costText?: string | undefined;
}

interface Properties {
  readonly rows: readonly RunTreeRow[];
  readonly selected: string | undefined;
  readonly label: string;
  readonly onSelect: (id: string | undefined) => void;
}

/** Deeper levels are drawn at this one. */
const DEEPEST = 5;

export function RunTree({ rows, selected, label, onSelect }: Properties) {
  const [closed, setClosed] = useState<ReadonlySet<string | undefined>>(new Set());
  const [at, setAt] = useState<string | undefined>(selected);
  const list = useRef<HTMLDivElement>(null);
  const visible = rows.filter((row) => isVisible(rows, row, closed));
  const stop = visible.some(({ id }) => id === at) ? at : visible[0]?.id;
  useEffect(() => setAt(selected), [selected]);
  const go = (row: RunTreeRow | undefined) => {
    if (!row) return;
    setAt(row.id);
    const index = visible.indexOf(row);
    list.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[index]?.focus();
  };
  const toggle = (id: string | undefined, isClosed: boolean) => {
    const next = new Set(closed);
    if (isClosed) next.add(id);
    else next.delete(id);
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = visible.findIndex(({ id }) => id === stop);
    const row = visible[index];
    if (!row) return;
    const isOpen = row.hasChildren && !closed.has(row.id);
    const acts: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(visible[index + 1]),
      ArrowUp: () => go(visible[index - 1]),
      Home: () => go(visible[0]),
      End: () => go(visible.at(-1)),
      ArrowRight: () => (isOpen ? go(visible[index + 1]) : row.hasChildren && toggle(row.id, false)),
      ArrowLeft: () => (isOpen ? toggle(row.id, true) : go(parentOf(rows, row))),
      Enter: () => onSelect(row.id),
      ' ': () => onSelect(row.id),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return (
    <div class="run-tree" role="tree" aria-label={label} ref={list}>
      {visible.map((row) => (
        <div
          key={row.id ?? ''}
          class={row.id === selected ? 'run-row is-selected' : 'run-row'}
          role="treeitem"
          aria-level={row.level}
          aria-posinset={row.place}
          aria-setsize={row.siblings}
          aria-selected={row.id === selected}
          aria-expanded={row.hasChildren ? !closed.has(row.id) : undefined}
          tabIndex={row.id === stop ? 0 : -1}
          title={row.level > DEEPEST ? `depth ${row.level}` : undefined}
          style={{ '--level': String(Math.min(row.level, DEEPEST) - 1) }}
          onFocus={() => setAt(row.id)}
          onClick={() => onSelect(row.id)}
          onKeyDown={onKeyDown}
        >
          <span class="run-name clip">{row.name}</span>
          <span class="run-cost">
            {row.costText === undefined ? (
              <MoneyText nano={row.cost} />
            ) : (
              <span title={exactMoney(row.cost)}>{row.costText}</span>
            )}
          </span>
          <span class={row.hasChildren && row.level > 1 ? 'run-detail clip has-toggle' : 'run-detail clip'}>
            {row.detail}
          </span>
          {row.hasChildren && row.level > 1 && (
            // The arrow keys do the same; a button here would be a second stop for Tab.
            <span
              class={closed.has(row.id) ? 'tree-toggle' : 'tree-toggle is-open'}
              aria-hidden="true"
              onClick={(event) => {
                event.stopPropagation();
                toggle(row.id, !closed.has(row.id));
              }}
            >
              <Icon name="next" />
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

function parentOf(rows: readonly RunTreeRow[], row: RunTreeRow): RunTreeRow | undefined {
  return rows.slice(0, rows.indexOf(row)).findLast(({ level }) => level < row.level);
}

function isVisible(rows: readonly RunTreeRow[], row: RunTreeRow, closed: ReadonlySet<string | undefined>): boolean {
  for (let parent = parentOf(rows, row); parent; parent = parentOf(rows, parent))
    if (closed.has(parent.id)) return false;
  return true;
}
