/**
 * What is told of attribution (which tool, sub-agent, file or fixed cost consumed the tokens), as types: the server and
 * the command line build them, the pages read them. The parts add up to the totals in every bucket and in money.
 */
import type { WirePeriod } from './wire.ts';
import type { WireSpend } from './wire-live.ts';

/** Five disjoint buckets and their sum. */
export interface WirePart {
  readonly input: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
  readonly output: number;
  readonly tokens: number;
}

export type WireAttributionScope = 'run' | 'session' | 'project' | 'period';
export type WireAttributionGroupBy = 'kind' | 'tool' | 'file' | 'mcp_server' | 'agent' | 'thread';

/**
 * What a piece of context is. The tool kinds (`read`, `write`, `edit`, `shell`, `search`, `web`, `task`, `plan`,
 * `mcp:<server>`, `other`), and what is no tool: `system` (prompt), `tools` (definitions of tools), `memory` (memory
 * files), `skill`, `reminder` (what the agent injects), `user`, `model_text`, `reasoning`, `summary` (what a compaction
 * left), `unattributed`. Colours hang on it.
 */
export type WirePieceKind = string;

/** A tool's own name stays as the provider spells it. One row of a run's `usage_by_tool`: sums over its calls by tool kind. */
export interface WireByTool extends WirePart, WireSpend {
  readonly kind: WirePieceKind;
  /** Whole percent of the tokens; the rows' add up to 100 (largest remainder). */
  readonly percent: number;
  /** Share of its tokens that was measured and not split by estimate, 0 to 1. */
  readonly measured_share: number;
}

export interface WireAttributionGroup extends WireSpend {
  /** The kind, tool name, file or command name, MCP server, agent or thread id; '' where there is none to name. */
  readonly key: string;
  /** For a person: a thread's or an agent's name where `key` is an id; null: show `key`. */
  readonly label: string | null;
  readonly kind: WirePieceKind;
  /** The first time in the prompt. */
  readonly entered: WirePart;
  /** Every later time: what it goes on costing. */
  readonly carried: WirePart;
  /** What the model wrote for it: a tool's arguments, text, reasoning. Only its `output` bucket is filled. */
  readonly output: WirePart;
  /** entered + carried + output. */
  readonly total: WirePart;
  /** Whole percent of all groups' tokens and money; each column adds up to 100 (largest remainder). */
  readonly tokens_percent: number;
  readonly cost_percent: number;
  /** Share of its tokens that was measured, 0 to 1; below 1 its figures are drawn with "≈". */
  readonly measured_share: number;
  /** Executions of the tool; null where it is no tool. */
  readonly calls: number | null;
  /** Distinct targets (files, commands) where names are kept; null unknown. With `calls`: "38 files", "24 commands". */
  readonly targets: number | null;
  /** UTF-8 bytes of a result in the mean; null unknown. */
  readonly mean_result_bytes: number | null;
  /** How often what entered was read again: carried tokens over entered ones (with what was written), two decimals; null where nothing entered. */
  readonly re_reads: number | null;
  /** Of `task`, where sub-agents are nested: what they used themselves, which is within `total`. Null elsewhere. */
  readonly nested: WireNested | null;
}

/** Sub-agents' own usage, shown inside the task that started them and counted once. */
export interface WireNested extends WireSpend {
  readonly total: WirePart;
  readonly agents: readonly WireNestedAgent[];
}

export interface WireNestedAgent extends WireSpend {
  readonly thread_id: string;
  readonly session_id: string;
  readonly name: string | null;
  readonly calls: number;
  readonly total: WirePart;
  /** What consumed it there, largest first. */
  readonly groups: readonly (WireSpend & {
    readonly key: string;
    readonly kind: WirePieceKind;
    readonly tokens: number;
  })[];
}

/** One piece of context: a tool's result with its arguments, a prompt, a memory file. Largest first. */
export interface WireItem extends WireSpend {
  /** File path or first word of a command; null where names are not kept, not allowed or not told. */
  readonly name: string | null;
  readonly kind: WirePieceKind;
  /** The tool's own name; null where it is no tool. */
  readonly tool: string | null;
  /** Tokens with which it first stood in the prompt. */
  readonly entered: number;
  /** Later prompts it stood in. */
  readonly re_reads: number;
  /** All it cost in tokens: written, entered, carried. */
  readonly tokens: number;
  readonly measured: boolean;
}

/** What stands in every prompt whether used or not. */
export interface WireFixedCost extends WireSpend {
  readonly kind: WirePieceKind;
  /** An MCP server's, a skill's or a memory file's name; null for the rest. */
  readonly name: string | null;
  /** Tokens it takes in one prompt, the latest. */
  readonly in_prompt: number;
  readonly tokens: number;
  /** Of tool definitions: whether any tool of it was called; null where it is not about that. */
  readonly was_used: boolean | null;
}

/** One line of advice and what it would save. */
export interface WireAdvice {
  readonly rule: 'compact' | 'read_ranges' | 'narrow_output' | 'trim_tools' | 'look_into_subagent';
  /** A sentence for a person. */
  readonly text: string;
  /** What would have been saved at most, over what is shown. */
  readonly saves_tokens: number;
  readonly saves_usd: string | null;
}

/** What sits in a window now, by kind: parts of its latest call's input. */
export interface WireInContext {
  readonly thread_id: string;
  readonly used: number;
  readonly window: number | null;
  readonly measured_share: number;
  readonly groups: readonly {
    readonly key: string;
    readonly kind: WirePieceKind;
    readonly tokens: number;
    /** Of `used`; they add up to 100. */
    readonly percent: number;
    readonly count: number;
    readonly measured_share: number;
  }[];
  readonly items: readonly WireItem[];
}

/**
 * GET /api/attribution?scope=run|session|project|period&id=&group=kind|tool|file|mcp_server|agent|thread
 * &measure=tokens|cost&method=ledger|in_flight&subagents=nested|flat&in_context=now
 * (+since, until, tz, agent, model, project, branch as for /api/query). `id` names the run, session or project; a period
 * has none. `measure` only orders the groups: both columns are always there. `subagents`: a run and a session nest them in
 * `task` where the group is kind or tool, the rest lists every thread's own (flat).
 */
export interface WireAttribution {
  readonly scope: WireAttributionScope;
  readonly id: string | null;
  readonly period: WirePeriod;
  readonly group: WireAttributionGroupBy;
  readonly measure: 'tokens' | 'cost';
  readonly method: 'ledger' | 'in_flight';
  readonly subagents: 'nested' | 'flat';
  /** `no_usage`: nothing was used yet. `not_measured`: the source tells no tools, so all of it is the model's. */
  readonly state: 'ready' | 'no_usage' | 'not_measured';
  /** The bill: the groups add up to it in every bucket and in money. */
  readonly totals: WirePart & WireSpend & { readonly calls: number; readonly tool_calls: number };
  /** Share of all tokens that was measured, 0 to 1: "x % of this chart is measured directly". */
  readonly measured_share: number;
  /** Largest first by `measure`. */
  readonly groups: readonly WireAttributionGroup[];
  readonly items: readonly WireItem[];
  /** False: the settings or the server's address forbid names of files and commands. */
  readonly names_allowed: boolean;
  readonly fixed: readonly WireFixedCost[];
  readonly advice: WireAdvice | null;
  /** Where asked (`in_context=now`) for a run or a session; null elsewhere or before the first call. */
  readonly in_context: WireInContext | null;
}
