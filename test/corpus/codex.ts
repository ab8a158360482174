/**
 * Generates Codex rollouts with every trap that makes readers count wrong: repeated, zeroed and reset totals, refreshes
 * without counts, models that change by turn, forks and sub-agents that replay history, archived copies, damage.
 */
import type { Dice } from './dice.ts';
import { LogFile } from './log-file.ts';
import type { Truth } from './truth.ts';

const DAY = 86_400_000;
const MODELS = [
  ['gpt-5.2-codex', 30],
  ['gpt-5.3-codex', 30],
  ['gpt-5.4', 18],
  ['gpt-5.1-codex-mini', 6],
  ['local-oss-120b', 4],
] as const;
const TOOLS = [
  ['exec_command', 60],
  ['shell', 12],
  ['update_plan', 8],
  ['apply_patch', 16],
] as const;

/** What inherits a session's history. Taken in turn, so that every corpus has each of them. */
type Kind = 'fork' | 'spawn' | 'none';
const KINDS: readonly Kind[] = ['fork', 'none', 'spawn', 'none'];

interface Counts {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

interface Rollout {
  readonly id: string;
  readonly cwd: string;
  readonly file: LogFile;
  model: string;
  at: number;
  /** Cumulative, as the agent keeps it. */
  total: Counts;
  last: Counts | undefined;
  /** Tokens in the window. */
  context: number;
}

export class CodexCorpus {
  readonly files: LogFile[] = [];
  readonly #dice: Dice;
  readonly #truth: Truth;
  readonly #rollouts: Rollout[] = [];
  #started = 0;

  constructor(dice: Dice, truth: Truth) {
    this.#dice = dice;
    this.#truth = truth;
  }

  /** A rollout of some turns, sometimes forked by a person or followed by a sub-agent that inherits its history. */
  addSession(cwd: string, at: number): void {
    const dice = this.#dice;
    const first = this.#open(cwd, at, undefined, 'none');
    for (let turns = dice.int(2, 5); turns > 0; turns--) this.#turn(first);
    const kind = KINDS[this.#started++ % KINDS.length] ?? 'none';
    if (kind !== 'none') {
      const child = this.#open(cwd, first.at + dice.int(60, 4000) * 1000, first, kind);
      for (let turns = dice.int(1, 2); turns > 0; turns--) this.#turn(child);
    }
    if (dice.chance(0.1)) first.file.addUnfinished(`{"timestamp":"${instant(first.at)}","type":"response_item","payl`);
  }

  /** More turns in some of the sessions there are. */
  grow(): void {
    for (const rollout of this.#rollouts) if (this.#dice.chance(0.3)) this.#turn(rollout);
  }

  #open(cwd: string, at: number, from: Rollout | undefined, kind: Kind): Rollout {
    const dice = this.#dice;
    const id = uuidV7(at, dice);
    const day = instant(at).slice(0, 10).replaceAll('-', '/');
    const folder = dice.chance(0.1) ? '.codex/archived_sessions' : `.codex/sessions/${day}`;
    const name = `rollout-${instant(at).slice(0, 19).replaceAll(':', '-')}-${id}.jsonl`;
    const file = new LogFile(`${folder}/${name}`, at);
    this.files.push(file);
    const rollout: Rollout = {
      id,
      cwd,
      file,
      model: dice.weighted(MODELS, 'gpt-5.4'),
      at,
      total: NOTHING,
      last: undefined,
      context: 0,
    };
    const spawned = { subagent: { thread_spawn: { parent_thread_id: from?.id, depth: 1 } } };
    this.#write(rollout, 'session_meta', {
      id,
      ...(kind === 'fork' && from ? { forked_from_id: from.id } : {}),
      timestamp: instant(at),
      cwd,
      originator: dice.pick(['codex_cli_rs', 'codex_vscode', 'codex_exec']),
      cli_version: '0.98.0',
      source: kind === 'spawn' ? spawned : 'cli',
      model_provider: 'openai',
      base_instructions: { text: dice.text(dice.int(1000, 3000)) },
      git: { commit_hash: dice.hex(40), branch: 'main', repository_url: 'git@example.com:dev/repo.git' },
    });
    if (from) this.#inherit(rollout, from, kind);
    this.#rollouts.push(rollout);
    return rollout;
  }

  /** Copied history: forks keep its stamps or get new ones, sub-agents get their own start on all of it. */
  #inherit(rollout: Rollout, from: Rollout, kind: Kind): void {
    const dice = this.#dice;
    const keepsStamps = kind === 'fork' && dice.chance(0.5);
    for (const line of from.file.text.split('\n')) {
      if (!line.startsWith('{"timestamp":') || !line.endsWith('}')) continue;
      const start = '{"timestamp":"'.length;
      rollout.file.addLine(
        keepsStamps ? line : line.slice(0, start) + instant(rollout.at + 3) + line.slice(start + 24),
      );
    }
    rollout.total = from.total;
    rollout.last = from.last;
    rollout.context = from.context;
    rollout.at += dice.int(8000, 20_000);
  }

  #turn(rollout: Rollout): void {
    const dice = this.#dice;
    rollout.at += dice.int(5, 900) * 1000;
    if (dice.chance(0.15)) rollout.model = dice.weighted(MODELS, 'gpt-5.4');
    const turnId = uuidV7(rollout.at, dice);
    this.#event(rollout, {
      type: 'task_started',
      turn_id: turnId,
      started_at: Math.floor(rollout.at / 1000),
      model_context_window: 258_400,
    });
    this.#write(rollout, 'turn_context', {
      turn_id: turnId,
      cwd: rollout.cwd,
      approval_policy: 'on-request',
      model: rollout.model,
      effort: 'high',
      user_instructions: dice.text(200),
    });
    const prompt = dice.text(dice.size(200, 20, 5000));
    this.#item(rollout, { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] });
    this.#event(rollout, { type: 'user_message', message: prompt, images: [], kind: 'plain' });
    this.#tell(rollout, rollout.last);
    const calls = dice.int(1, 7);
    for (let call = 1; call <= calls; call++) this.#call(rollout, call === calls);
    this.#event(rollout, { type: 'task_complete', turn_id: turnId, last_agent_message: dice.words(9) });
  }

  #call(rollout: Rollout, isFinal: boolean): void {
    const dice = this.#dice;
    rollout.at = sameDay(rollout.at + dice.int(900, 12_000), 20_000);
    if (dice.chance(0.6))
      this.#item(rollout, { type: 'reasoning', summary: [], content: null, encrypted_content: dice.letters(400) });
    if (isFinal) {
      this.#event(rollout, { type: 'agent_message', message: dice.text(100) });
      this.#item(rollout, {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: dice.text(200) }],
      });
    }
    const tools = Array.from({ length: isFinal ? 0 : dice.chance(0.15) ? 2 : 1 }, () => ({
      name: dice.weighted(TOOLS, 'shell'),
      call_id: `call_${dice.letters(24)}`,
    }));
    for (const tool of tools) this.#ask(rollout, tool);

    const grown = rollout.context > 0 ? dice.size(1100, 40, 20_000) : dice.int(9000, 16_000);
    const output = dice.size(300, 5, 16_000);
    const last: Counts = {
      input: rollout.context + grown,
      cached: rollout.context - (rollout.context % 128),
      output,
      reasoning: Math.floor(output * dice.next() * 0.7),
    };
    rollout.context = last.input + output;
    if (dice.chance(0.03)) this.#tell({ ...rollout, total: NOTHING }, NOTHING);
    rollout.total = plus(rollout.total, last);
    rollout.last = last;
    rollout.at += dice.int(100, 3000);
    this.#tell(rollout, last);
    const where = { agent: 'codex', session: rollout.id, project: rollout.cwd, model: rollout.model, at: rollout.at };
    this.#truth.calls.push({
      ...where,
      input: last.input - last.cached,
      cacheRead: last.cached,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output,
      reasoning: last.reasoning,
    });
    for (const { name } of tools) this.#truth.toolCalls.push({ ...where, tool: name });
    for (const tool of tools) this.#answer(rollout, tool);
    if (dice.chance(0.25)) {
      rollout.at += dice.int(5, 900);
      this.#tell(rollout, last);
    }
    if (rollout.context > 60_000) this.#compact(rollout);
  }

  #ask(rollout: Rollout, tool: { readonly name: string; readonly call_id: string }): void {
    const dice = this.#dice;
    if (tool.name === 'apply_patch')
      this.#item(rollout, {
        type: 'custom_tool_call',
        status: 'completed',
        ...tool,
        input: `*** Begin Patch\n${dice.text(200)}`,
      });
    else
      this.#item(rollout, {
        type: 'function_call',
        ...tool,
        arguments: JSON.stringify({ cmd: dice.text(30), workdir: '/x' }),
      });
  }

  #answer(rollout: Rollout, tool: { readonly name: string; readonly call_id: string }): void {
    const dice = this.#dice;
    rollout.at += dice.size(700, 20, 9000);
    const type = tool.name === 'apply_patch' ? 'custom_tool_call_output' : 'function_call_output';
    this.#item(rollout, { type, call_id: tool.call_id, output: dice.text(dice.size(900, 20, 20_000)) });
  }

  /** A token count: the totals so far and the last call's; without a last call only the plan's limits. */
  #tell(rollout: Rollout, last: Counts | undefined): void {
    const dice = this.#dice;
    const spelled = ({ input, cached, output, reasoning }: Counts) => ({
      input_tokens: input,
      cached_input_tokens: cached,
      output_tokens: output,
      reasoning_output_tokens: reasoning,
      total_tokens: input + output,
    });
    const info = last && {
      total_token_usage: spelled(rollout.total),
      last_token_usage: spelled(last),
      model_context_window: 258_400,
    };
    const resets = Math.floor(rollout.at / 1000) + 9000;
    this.#event(rollout, {
      type: 'token_count',
      info: info ?? null,
      rate_limits: {
        primary: { used_percent: dice.int(0, 90), window_minutes: 300, resets_at: resets },
        secondary: { used_percent: dice.int(0, 90), window_minutes: 10_080, resets_at: resets + 90_000 },
        plan_type: 'pro',
      },
    });
  }

  #compact(rollout: Rollout): void {
    this.#write(rollout, 'compacted', { message: this.#dice.text(800), replacement_history: [] });
    rollout.context = 20_000;
    // A counter that starts again: what it tells from here on is new.
    if (this.#dice.chance(0.5)) rollout.total = NOTHING;
  }

  #event(rollout: Rollout, payload: unknown): void {
    this.#write(rollout, 'event_msg', payload);
  }

  #item(rollout: Rollout, payload: unknown): void {
    this.#write(rollout, 'response_item', payload);
  }

  #write(rollout: Rollout, type: string, payload: unknown): void {
    const line = rollout.file.add({ timestamp: instant(rollout.at), type, payload }, rollout.at);
    if (this.#dice.chance(0.003)) rollout.file.addLine(line.slice(0, line.length >> 1));
  }
}

const NOTHING: Counts = { input: 0, cached: 0, output: 0, reasoning: 0 };

function plus(a: Counts, b: Counts): Counts {
  return {
    input: a.input + b.input,
    cached: a.cached + b.cached,
    output: a.output + b.output,
    reasoning: a.reasoning + b.reasoning,
  };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

/** An id whose first 48 bits are its time, as Codex makes them. */
function uuidV7(at: number, dice: Dice): string {
  const time = Math.floor(at).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${dice.hex(3)}-a${dice.hex(3)}-${dice.hex(12)}`;
}

/** The same time, or the next day's beginning where a call would cross midnight. */
function sameDay(at: number, spanMs: number): number {
  const left = DAY - (at % DAY);
  return left > spanMs + 1 ? at : at + left + 1000;
}
