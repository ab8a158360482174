/**
 * The rows of the timeline: calls in order of time, under each the tool calls it asked for, and what happened between
 * them (prompts, compactions, a change of model) as rows of their own. Pure.
 */
import type { WireCall, WireMark, WireToolCall } from '@tokenmeter/core';
import { formatTokens, modelName } from '@tokenmeter/core/format';

export type TimelineItem =
  | { readonly kind: 'call'; readonly key: string; readonly call: WireCall; readonly number: number }
  | { readonly kind: 'tool'; readonly key: string; readonly tool: WireToolCall }
  | {
      readonly kind: 'mark';
      readonly key: string;
      readonly text: string;
      readonly sort: MarkSort;
      readonly at: string;
    };
export type MarkSort = 'prompt' | 'compaction' | 'model';

/** `threadId` undefined: all threads. A call without a model change of its own thread draws none. */
export function timelineItems(
  calls: readonly WireCall[],
  marks: readonly WireMark[],
  threadId: string | undefined,
): TimelineItem[] {
  const isWanted = (entry: { readonly thread_id: string }) => threadId === undefined || entry.thread_id === threadId;
  const waiting = marks.filter(isWanted).toSorted((a, b) => compare(a.at, b.at));
  const items: TimelineItem[] = [];
  const models = new Map<string, string>();
  let [number, mark, prompts] = [0, 0, 0];
  const putMarks = (before: string | undefined) => {
    for (let next = waiting[mark]; next && (before === undefined || next.at <= before); next = waiting[++mark]) {
      if (next.kind === 'prompt') prompts++;
      const text = next.kind === 'prompt' ? `Prompt ${prompts}` : compactionText(next);
      items.push({ kind: 'mark', key: `m${mark}`, text, sort: next.kind, at: next.at });
    }
  };
  for (const call of calls) {
    if (!isWanted(call)) continue;
    putMarks(call.at);
    const before = models.get(call.thread_id);
    if (!isSideCall(call)) {
      if (before !== undefined && before !== call.model)
        items.push({
          kind: 'mark',
          key: `n${call.id}`,
          text: `Model changed to ${modelName(call.model)}`,
          sort: 'model',
          at: call.at,
        });
      models.set(call.thread_id, call.model);
    }
    items.push({ kind: 'call', key: `c${call.id}`, call, number: ++number });
    for (const [index, tool] of call.tools.entries()) items.push({ kind: 'tool', key: `t${call.id} ${index}`, tool });
  }
  putMarks(undefined);
  return items;
}

/** Titles, summaries and such: they go beside the conversation, not in it. */
export function isSideCall({ caller }: WireCall): boolean {
  return caller.startsWith('system:');
}

export function compactionText({ before, after }: Pick<WireMark, 'before' | 'after'>): string {
  if (before === null && after === null) return 'Compacted';
  if (before === null) return `Compacted to ${formatTokens(after ?? 0)}`;
  return after === null
    ? `Compacted from ${formatTokens(before)}`
    : `Compacted: ${formatTokens(before)} to ${formatTokens(after)}`;
}

/** `Read`, `Sub-agent`, `MCP, linear`: what the swatch stands for. */
export function kindName(kind: string): string {
  if (kind.startsWith('mcp:')) return `MCP, ${kind.slice(4)}`;
  const known: Readonly<Record<string, string>> = {
    read: 'Read',
    write: 'Write',
    edit: 'Edit',
    shell: 'Shell',
    search: 'Search',
    web: 'Web',
    task: 'Sub-agent',
    plan: 'Plan',
  };
  return Object.hasOwn(known, kind) ? (known[kind] ?? kind) : 'Other';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
