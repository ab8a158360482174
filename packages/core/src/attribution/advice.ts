/** One line of advice: of the rules that hold, the one that would have saved most. It refuses to advise without a rule. */
import { formatTokens } from '../format/tokens.ts';
import type { WireAdvice } from '../wire-attribution.ts';
import type { PieceKind } from './piece.ts';

/** Shares from which a rule holds. */
const CARRIED_SHARE = 0.25;
const CARRIED_TIMES = 3;
const READ_SHARE = 0.1;
const OUTPUT_SHARE = 0.25;
const SYSTEM_SHARE = 0.4;
const TASK_SHARE = 0.5;

export interface Figures {
  readonly tokens: number;
  readonly nano: number;
}

/** What the rules look at. */
export interface Findings {
  readonly total: Figures;
  /** First times and what was written, against every later time; what stands in every prompt apart. */
  readonly entered: number;
  readonly carried: Figures;
  readonly byKind: ReadonlyMap<PieceKind, Figures>;
  /** The largest single thing that was read. */
  readonly largestRead:
    | (Figures & { readonly name: string; readonly entered: number; readonly reReads: number })
    | undefined;
  /** Servers whose tools stood in the prompts and were never called. */
  readonly unused: readonly (Figures & { readonly server: string })[];
  /** The dearest sub-agent. */
  readonly subAgent: (Figures & { readonly name: string }) | undefined;
}

export interface Advice extends Figures {
  readonly rule: WireAdvice['rule'];
  readonly text: string;
}

export function advise(findings: Findings): Advice | undefined {
  const { total } = findings;
  if (total.tokens === 0) return undefined;
  const found = RULES.flatMap((rule) => rule(findings) ?? []);
  return found.reduce<Advice | undefined>((best, one) => (best && best.tokens >= one.tokens ? best : one), undefined);
}

type Rule = (findings: Findings) => Advice | undefined;

const RULES: readonly Rule[] = [compact, readRanges, narrowOutput, trimTools, lookIntoSubAgent];

/** A compaction half way would have halved what was carried. */
function compact({ total, entered, carried }: Findings): Advice | undefined {
  if (carried.tokens < total.tokens * CARRIED_SHARE || carried.tokens < entered * CARRIED_TIMES) return undefined;
  const times = Math.round(carried.tokens / Math.max(1, entered));
  return {
    rule: 'compact',
    text: `Compact or start fresh: what entered the context was sent again ${times} times in the mean.`,
    ...part(carried, 0.5),
  };
}

/** A quarter of a file would often have done. */
function readRanges({ total, largestRead }: Findings): Advice | undefined {
  if (!largestRead || largestRead.tokens < total.tokens * READ_SHARE) return undefined;
  const { name, entered, reReads } = largestRead;
  return {
    rule: 'read_ranges',
    text: `Read ranges: ${name.slice(name.search(/[^/\\]*$/)) || 'one result'} entered at ${formatTokens(entered)} tokens and was re-read ${reReads === 1 ? 'once' : `${reReads} times`}.`,
    ...part(largestRead, 0.75),
  };
}

function narrowOutput({ total, byKind }: Findings): Advice | undefined {
  const both = sum(byKind.get('search'), byKind.get('shell'));
  if (both.tokens < total.tokens * OUTPUT_SHARE) return undefined;
  return {
    rule: 'narrow_output',
    text: 'Narrow the output of commands and searches: limit lines, filter, ask for names only.',
    ...part(both, 0.5),
  };
}

function trimTools({ total, byKind, unused }: Findings): Advice | undefined {
  const system = sum(byKind.get('system'), byKind.get('tools'), byKind.get('memory'), byKind.get('skill'));
  if (system.tokens < total.tokens * SYSTEM_SHARE) return undefined;
  const servers = unused.map(({ server }) => server);
  const saves = servers.length > 0 ? sum(...unused) : part(system, 0.25);
  const never = servers.length > 0 ? `: ${servers.join(', ')} never called` : '';
  return { rule: 'trim_tools', text: `Trim the system prompt, tools and MCP servers${never}.`, ...saves };
}

function lookIntoSubAgent({ total, byKind, subAgent }: Findings): Advice | undefined {
  const task = byKind.get('task');
  if (!task || task.tokens < total.tokens * TASK_SHARE) return undefined;
  const who = subAgent?.name ? ` ${subAgent.name}` : '';
  return {
    rule: 'look_into_subagent',
    text: `Look into the sub-agent${who}: sub-agents used more than half of all tokens.`,
    ...part(subAgent ?? task, 0.5),
  };
}

function part({ tokens, nano }: Figures, share: number): Figures {
  return { tokens: Math.round(tokens * share), nano: Math.round(nano * share) };
}

function sum(...figures: readonly (Figures | undefined)[]): Figures {
  return figures.reduce<Figures>(
    (all, one) => ({ tokens: all.tokens + (one?.tokens ?? 0), nano: all.nano + (one?.nano ?? 0) }),
    { tokens: 0, nano: 0 },
  );
}
