/** Rows of attribution gathered by what one asks for: by kind, tool, file, MCP server, agent or thread. Pure sums. */
import type { WireAttributionGroupBy } from '../wire-attribution.ts';
import { isTool } from './in-flight.ts';
import type { Owner, PieceKind } from './piece.ts';
import type { AttributionAnswer, AttributionRow, ToolUse } from './question.ts';
import type { AttributionSums } from './sums.ts';
import { addSums, noAttribution, sumTokens } from './sums.ts';

export interface Gathered {
  readonly key: string;
  readonly label: string | undefined;
  /** That of most of its tokens. */
  readonly kind: PieceKind;
  readonly sums: AttributionSums;
  /** What sub-agents used themselves, where they are nested in it; within `sums`. */
  readonly nested: readonly AttributionRow[];
  readonly uses: readonly ToolUse[];
  /** Distinct names of files and commands. */
  readonly targets: number;
  /** Tool calls told apart. */
  readonly items: number;
}

interface Growing {
  key: string;
  label: string | undefined;
  sums: AttributionSums;
  kinds: Map<PieceKind, number>;
  nested: AttributionRow[];
  uses: ToolUse[];
  targets: Set<string>;
  items: Set<string>;
}

/** A thread that another one started. */
export function subThreads({ threads, rows }: AttributionAnswer): ReadonlySet<string> {
  const below = threads.filter((thread) => thread.parentThreadId !== '').map((thread) => thread.threadId);
  const called = rows.filter((row) => row.caller.startsWith('subagent:')).map((row) => row.threadId);
  return new Set([...below, ...called].filter((id) => id !== ''));
}

/** Groups in the order they were met. `nested`: threads whose whole usage stands in the task that started them. */
export function gather(
  answer: AttributionAnswer,
  by: WireAttributionGroupBy,
  nested: ReadonlySet<string>,
): readonly Gathered[] {
  const groups = new Map<string, Growing>();
  const group = (key: string, label?: string): Growing => {
    let known = groups.get(key);
    if (!known) {
      known = {
        key,
        label,
        sums: noAttribution(),
        kinds: new Map(),
        nested: [],
        uses: [],
        targets: new Set(),
        items: new Set(),
      };
      groups.set(key, known);
    }
    return known;
  };
  const names = new Map(answer.threads.map((thread) => [thread.threadId, thread.name]));
  for (const row of answer.rows) {
    const isNested = nested.has(row.threadId);
    const key = isNested ? taskKey(answer, by) : keyOf(row, by);
    const into = group(key, by === 'thread' ? names.get(row.threadId) || undefined : undefined);
    addSums(into.sums, row.sums);
    const kind = isNested ? 'task' : row.owner.kind;
    into.kinds.set(kind, (into.kinds.get(kind) ?? 0) + sumTokens(row.sums));
    if (isNested) into.nested.push(row);
    else if (row.target !== '') into.targets.add(row.target);
    if (row.item !== '' && isTool(row.owner)) into.items.add(row.item);
  }
  if (by !== 'file')
    for (const use of answer.tools) {
      const key = keyOf({ ...use, agent: '', caller: '', target: '' }, by);
      if (!nested.has(use.threadId)) groups.get(key)?.uses.push(use);
    }
  return [...groups.values()].map(({ kinds, targets, items, ...rest }) => ({
    ...rest,
    kind: [...kinds].reduce((a, b) => (b[1] > a[1] ? b : a))[0],
    targets: targets.size,
    items: items.size,
  }));
}

type Keyed = Pick<AttributionRow, 'agent' | 'caller' | 'threadId' | 'owner' | 'target'>;

function keyOf({ agent, caller, threadId, owner, target }: Keyed, by: WireAttributionGroupBy): string {
  switch (by) {
    case 'kind':
      return owner.kind;
    case 'tool':
      return nameOf(owner);
    case 'file':
      return target || nameOf(owner);
    case 'mcp_server':
      if (owner.kind.startsWith('mcp:')) return owner.kind.slice('mcp:'.length);
      return owner.kind === 'tools' ? owner.name : '';
    case 'agent':
      return caller.startsWith('subagent:') ? `${agent}/${caller.slice('subagent:'.length)}` : agent;
    case 'thread':
      return threadId;
  }
}

/** A tool's own name; of what is no tool its kind, with a name where it has one. */
export function nameOf(owner: Owner): string {
  if (isTool(owner)) return owner.name || owner.kind;
  return owner.name === '' ? owner.kind : `${owner.kind}:${owner.name}`;
}

/** Where nested sub-agents stand: with the tool that most often starts them. */
function taskKey({ tools }: AttributionAnswer, by: WireAttributionGroupBy): string {
  if (by === 'kind') return 'task';
  const tasks = tools.filter((use) => use.owner.kind === 'task');
  return (
    tasks.reduce<ToolUse | undefined>((a, b) => (a && a.calls >= b.calls ? a : b), undefined)?.owner.name ?? 'task'
  );
}
