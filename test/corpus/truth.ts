/**
 * The truth about a generated corpus: every call and tool call that was really made, so that any cell of any table can be
 * worked out by plain addition and compared with what the product says.
 */

/** One real call, whatever the number of records that tell of it. */
export interface TrueCall {
  readonly agent: string;
  readonly session: string;
  /** Working directory. */
  readonly project: string;
  readonly model: string;
  /** UTC ms. */
  readonly at: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number | null;
}

export interface TrueToolCall {
  readonly agent: string;
  readonly session: string;
  readonly project: string;
  /** Of the call that asked for it. */
  readonly model: string;
  readonly at: number;
  readonly tool: string;
}

export interface TrueTotals {
  calls: number;
  input: number;
  cache_read: number;
  cache_write_5m: number;
  cache_write_1h: number;
  output: number;
  reasoning: number | null;
  tokens: number;
  tool_calls: number;
}

type Key = 'agent' | 'session' | 'project' | 'model' | 'day' | 'hour';

export class Truth {
  readonly calls: TrueCall[] = [];
  readonly toolCalls: TrueToolCall[] = [];

  totals(): TrueTotals {
    return this.by([])[''] ?? none();
  }

  /** Totals of each combination of values, named by the values joined with ` | `. Days and hours are UTC. */
  by(keys: readonly Key[]): Record<string, TrueTotals> {
    const groups: Record<string, TrueTotals> = {};
    const groupOf = (fact: TrueCall | TrueToolCall) => {
      const name = keys.map((key) => keyOf(fact, key)).join(' | ');
      groups[name] ??= none();
      return groups[name];
    };
    for (const call of this.calls) {
      const group = groupOf(call);
      group.calls++;
      group.input += call.input;
      group.cache_read += call.cacheRead;
      group.cache_write_5m += call.cacheWrite5m;
      group.cache_write_1h += call.cacheWrite1h;
      group.output += call.output;
      if (call.reasoning !== null) group.reasoning = (group.reasoning ?? 0) + call.reasoning;
      group.tokens += call.input + call.cacheRead + call.cacheWrite5m + call.cacheWrite1h + call.output;
    }
    for (const toolCall of this.toolCalls) groupOf(toolCall).tool_calls++;
    return groups;
  }

  /** How often each tool was called. */
  byTool(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { tool } of this.toolCalls) counts[tool] = (counts[tool] ?? 0) + 1;
    return counts;
  }
}

function keyOf(fact: TrueCall | TrueToolCall, key: Key): string {
  if (key === 'day') return new Date(fact.at).toISOString().slice(0, 10);
  if (key === 'hour') return new Date(fact.at).toISOString().slice(0, 13);
  return fact[key];
}

function none(): TrueTotals {
  return {
    calls: 0,
    input: 0,
    cache_read: 0,
    cache_write_5m: 0,
    cache_write_1h: 0,
    output: 0,
    reasoning: null,
    tokens: 0,
    tool_calls: 0,
  };
}
