/**
 * Generates Claude Code's logs with every trap that makes readers count wrong: streamed duplicates, sub-agents in both
 * layouts and mirrored, resumed, forked and handed-over copies, side questions, gateways, damage.
 */
import {
  assistant,
  type ClaudeThread,
  type ClaudeUsage,
  chained,
  synthetic,
  toolInput,
  toolUseResult,
  usageRecord,
} from './claude-records.ts';
import type { Dice } from './dice.ts';
import { LogFile } from './log-file.ts';
import type { Truth } from './truth.ts';

const DAY = 86_400_000;
const MODELS = [
  ['claude-opus-4-5-20251101', 30],
  ['claude-sonnet-4-5-20250929', 30],
  ['claude-opus-4-6', 15],
  ['claude-haiku-4-5-20251001', 5],
  ['glm-4.7', 6],
  ['local/qwen3-coder-next', 4],
] as const;
const TOOLS = [
  ['Bash', 34],
  ['Read', 28],
  ['Edit', 16],
  ['Write', 6],
  ['TodoWrite', 4],
  ['mcp__db__query', 8],
] as const;

interface Session {
  readonly thread: ClaudeThread;
  readonly file: LogFile;
  /** Folder of the session's project, and of what belongs to the session. */
  readonly folder: string;
  /** Finished calls that a side question may replay: records as JSON. */
  readonly recent: { id: string; model: string; usage: ClaudeUsage }[];
}

/** How a later session begins with an earlier one's history. */
type CopyStyle = 'resume' | 'fork' | 'handover';
/** Taken in turn, so that every corpus has each of them. */
const COPY_STYLES: readonly (CopyStyle | undefined)[] = ['resume', undefined, 'fork', 'handover', undefined];

export class ClaudeCorpus {
  readonly files: LogFile[] = [];
  readonly #dice: Dice;
  readonly #truth: Truth;
  readonly #sessions: Session[] = [];
  #started = 0;

  constructor(dice: Dice, truth: Truth) {
    this.#dice = dice;
    this.#truth = truth;
  }

  /** A session of some turns, sometimes followed by one that copies its beginning. */
  addSession(cwd: string, at: number, era: ClaudeThread['era']): void {
    const dice = this.#dice;
    const first = this.#open(cwd, at, era);
    first.file.add({
      type: 'queue-operation',
      operation: 'enqueue',
      timestamp: new Date(at).toISOString(),
      sessionId: first.thread.session,
    });
    for (let turns = dice.int(2, 5); turns > 0; turns--) this.#turn(first);
    const style = COPY_STYLES[this.#started++ % COPY_STYLES.length];
    if (style) {
      const copy = this.#copy(first, style);
      for (let turns = dice.int(1, 3); turns > 0; turns--) this.#turn(copy);
      this.#endAs(copy);
    }
    this.#endAs(first);
  }

  /** More turns in some of the sessions there are: what an agent writes while somebody watches. */
  grow(): void {
    for (const session of this.#sessions) if (this.#dice.chance(0.3)) this.#turn(session);
  }

  #open(cwd: string, at: number, era: ClaudeThread['era']): Session {
    const dice = this.#dice;
    const model = dice.weighted(MODELS, 'claude-opus-4-6');
    const id = dice.uuid();
    const folder = `.claude/projects/${cwd.replace(/[^a-zA-Z0-9]/g, '-')}`;
    const thread: ClaudeThread = {
      session: id,
      cwd,
      branch: dice.pick(['main', 'feature/ledger', 'fix/über-parse', '']),
      version: era === 'old' ? '1.0.98' : era === 'middle' ? '2.0.44' : dice.pick(['2.1.3', '2.1.120']),
      era,
      gateway: !model.startsWith('claude-'),
      model,
      agentId: '',
      at,
      parentUuid: null,
      context: 0,
    };
    const file = new LogFile(`${folder}/${id}.jsonl`, at);
    this.files.push(file);
    const session = { thread, file, folder, recent: [] };
    this.#sessions.push(session);
    return session;
  }

  /** A new file that begins with a copy of an earlier one's records. The copied calls stay the earlier session's. */
  #copy(from: Session, style: CopyStyle): Session {
    const dice = this.#dice;
    const session = this.#open(from.thread.cwd, from.thread.at + dice.int(60, 4000) * 1000, from.thread.era);
    const { file, thread } = session;
    if (dice.chance(0.5)) file.add({ type: 'summary', summary: dice.words(5), leafUuid: dice.uuid() });
    const copied = from.file.text.split('\n').flatMap((line) => {
      const record = parse(line);
      return record?.uuid === undefined ? [] : [{ line, record }];
    });
    // Nothing but its age says whose a handed-over call is: this chain begins after the original's first record.
    if (style === 'handover') copied.shift();
    for (const { line, record } of copied) {
      if (style === 'resume') file.addLine(line);
      else if (style === 'handover') file.add({ ...record, sessionId: thread.session, sessionKind: 'bg' });
      else {
        const forkedFrom = { sessionId: from.thread.session, messageUuid: record.uuid };
        file.add({ forkedFrom, ...record, sessionId: thread.session });
      }
    }
    thread.context = from.thread.context;
    return session;
  }

  #turn(session: Session): void {
    const dice = this.#dice;
    const { thread, file } = session;
    thread.at += dice.int(5, 900) * 1000;
    const content: unknown = dice.chance(0.05)
      ? [
          { type: 'text', text: dice.words(8) },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: dice.letters(4000) } },
        ]
      : dice.text(dice.size(200, 20, 9000));
    file.add(
      chained(thread, dice, { type: 'user', message: { role: 'user', content }, promptId: dice.uuid() }),
      thread.at,
    );
    if (dice.chance(0.3))
      file.add({ type: 'file-history-snapshot', messageId: dice.uuid(), snapshot: { trackedFileBackups: {} } });
    const calls = dice.int(1, 7);
    for (let call = 1; call <= calls; call++) this.#call(session, thread, file, call === calls);
    if (thread.context > 45_000) this.#compact(session);
    // A gateway's own ids come again by chance, so nothing says that a replay under one is a replay.
    if (dice.chance(0.15) && !thread.model.startsWith('local/')) this.#sideQuestion(session);
  }

  /** One model call: several records of one message, then the results of the tools it asked for. */
  #call(session: Session, thread: ClaudeThread, file: LogFile, isFinal: boolean): void {
    const dice = this.#dice;
    if (dice.chance(0.03)) file.add(synthetic(thread, dice));
    thread.at = sameDay(thread.at + dice.int(800, 9000), 120_000);
    const usage = this.#usage(thread);
    const id = thread.model.startsWith('local/') ? `chatcmpl-${dice.hex(20)}` : `msg_01${dice.letters(22)}`;
    const requestId = thread.gateway ? '' : `req_011C${dice.letters(20)}`;
    const isNew = thread.era === 'new';
    const speed = isNew && thread.model.includes('opus') && dice.chance(0.05) ? 'fast' : 'standard';
    const advisor =
      isNew && dice.chance(0.03) ? { ...NO_TOKENS, model: 'claude-opus-4-6', input: 900, output: 77 } : undefined;

    const toolCount = isFinal ? 0 : dice.chance(0.15) ? dice.int(2, 4) : 1;
    const spawns = thread.agentId === '' && thread.context > 14_000 && dice.chance(0.1);
    const tools = Array.from({ length: toolCount }, (_, index) => ({
      id: `toolu_01${dice.letters(22)}`,
      name: spawns && index === 0 ? (isNew ? 'Agent' : 'Task') : dice.weighted(TOOLS, 'Bash'),
    }));
    const blocks: unknown[] = [];
    if (dice.chance(0.35)) blocks.push({ type: 'thinking', thinking: dice.text(200), signature: dice.letters(300) });
    if (toolCount === 0 || dice.chance(0.4)) blocks.push({ type: 'text', text: dice.text(dice.size(200, 20, 5000)) });
    for (const tool of tools) blocks.push({ type: 'tool_use', ...tool, input: toolInput(tool.name, thread.cwd, dice) });

    const repeatsFinal = dice.chance(0.35);
    const mirrors: Record<string, unknown>[] = [];
    blocks.forEach((block, index) => {
      const last = index === blocks.length - 1;
      const soFar = last || repeatsFinal ? usage : { ...usage, output: Math.min(usage.output, 1 + index * 3) };
      thread.at += dice.int(100, 4000);
      const record = assistant(thread, dice, {
        id,
        requestId,
        model: thread.model,
        content: [block],
        stopReason: last ? (toolCount > 0 ? 'tool_use' : 'end_turn') : null,
        usage: usageRecord(thread, soFar, { last, speed, ...(advisor && { advisor }) }),
      });
      mirrors.push(record);
      this.#write(file, record, thread.at);
    });
    // Some versions mirror each record of a sub-agent into its parent's file.
    if (thread.agentId !== '' && thread.version === '2.1.3')
      for (const message of mirrors)
        session.file.add(
          chained(session.thread, dice, {
            type: 'progress',
            data: { message, normalizedMessages: [], type: 'agent_progress', prompt: '', agentId: thread.agentId },
            toolUseID: `agent_${id}`,
          }),
        );
    if (thread.agentId === '') session.recent.push({ id, model: thread.model, usage });

    this.#count(thread, thread.model, usage);
    if (advisor) this.#count(thread, advisor.model, advisor);
    for (const { name } of tools)
      this.#truth.toolCalls.push({ ...this.#where(thread), model: thread.model, tool: name });
    for (const tool of tools) {
      if (tool.name === 'Task' || tool.name === 'Agent') this.#subAgent(session, tool.id);
      else this.#result(thread, file, tool);
    }
  }

  #usage(thread: ClaudeThread): ClaudeUsage {
    const dice = this.#dice;
    const grown = thread.context > 0 ? dice.size(900, 40, 20_000) : dice.int(11_000, 24_000);
    const lasting = thread.era === 'new' && thread.agentId === '' && dice.chance(0.85);
    const usage = {
      input: dice.chance(0.1) ? dice.int(20, 4000) : dice.int(1, 12),
      cacheRead: thread.context,
      cacheWrite5m: lasting ? (dice.chance(0.05) ? dice.int(100, 2000) : 0) : grown,
      cacheWrite1h: lasting ? grown : 0,
      output: dice.size(280, 5, 16_000),
    };
    thread.context += grown + usage.output;
    return usage;
  }

  #result(thread: ClaudeThread, file: LogFile, tool: { readonly id: string; readonly name: string }): void {
    const dice = this.#dice;
    thread.at += dice.size(900, 20, 60_000);
    const text = dice.text(dice.size(900, 12, 30_000));
    const content = [{ tool_use_id: tool.id, type: 'tool_result', content: text, is_error: dice.chance(0.05) }];
    const own = { type: 'user', message: { role: 'user', content }, toolUseResult: toolUseResult(tool.name, text) };
    this.#write(file, chained(thread, dice, own), thread.at);
  }

  /** A sub-agent's own file, and the result in its parent's, which repeats sums under `toolUseResult.usage`. */
  #subAgent(session: Session, toolUseId: string): void {
    const dice = this.#dice;
    const parent = session.thread;
    const agentId = `a${dice.hex(16)}`;
    const nested = parent.era !== 'old';
    const path = nested
      ? `${session.folder}/${parent.session}/subagents/agent-${agentId}.jsonl`
      : `${session.folder}/agent-${agentId.slice(0, 8)}.jsonl`;
    const model = parent.gateway ? parent.model : dice.pick(['claude-haiku-4-5-20251001', parent.model]);
    const thread: ClaudeThread = {
      ...parent,
      agentId: nested ? agentId : agentId.slice(0, 8),
      model,
      parentUuid: null,
      context: 0,
    };
    const file = new LogFile(path, thread.at);
    this.files.push(file);
    if (nested && dice.chance(0.7)) {
      const meta = new LogFile(path.replace('.jsonl', '.meta.json'), thread.at);
      meta.add({ agentType: 'general-purpose', description: dice.words(5) });
      this.files.push(meta);
    }
    file.add(chained(thread, dice, { type: 'user', message: { role: 'user', content: dice.text(300) } }));
    const calls = dice.int(2, 6);
    for (let call = 1; call <= calls; call++) this.#call(session, thread, file, call === calls);
    file.changedAt = thread.at;

    parent.at = thread.at + 50;
    const content = [
      { tool_use_id: toolUseId, type: 'tool_result', content: [{ type: 'text', text: dice.text(300) }] },
    ];
    session.file.add(
      chained(parent, dice, {
        type: 'user',
        message: { role: 'user', content },
        toolUseResult: {
          status: 'completed',
          agentId: thread.agentId,
          totalTokens: 123_456,
          totalToolUseCount: calls,
          usage: { input_tokens: 1234, cache_read_input_tokens: 99_999, output_tokens: 4321 },
        },
      }),
      parent.at,
    );
  }

  /** A side question replays the latest calls as requests of its own, with a fuller cache, and then makes one call. */
  #sideQuestion(session: Session): void {
    const dice = this.#dice;
    const agentId = `aside_question-${dice.hex(16)}`;
    const thread: ClaudeThread = { ...session.thread, agentId, parentUuid: null };
    const file = new LogFile(`${session.folder}/${thread.session}/subagents/agent-${agentId}.jsonl`, thread.at);
    this.files.push(file);
    for (const { id, model, usage } of session.recent.slice(-3)) {
      const replayed = { ...usage, cacheRead: usage.cacheRead + 50_000 };
      file.add(
        assistant(thread, dice, {
          id,
          requestId: thread.gateway ? '' : `req_011C${dice.letters(20)}`,
          model,
          content: [{ type: 'text', text: dice.text(100) }],
          stopReason: 'end_turn',
          usage: usageRecord(thread, replayed, { last: true }),
        }),
      );
    }
    this.#call(session, thread, file, true);
    file.changedAt = thread.at;
  }

  #compact(session: Session): void {
    const dice = this.#dice;
    const { thread, file } = session;
    const compactMetadata = { trigger: 'auto', preTokens: thread.context };
    thread.parentUuid = null;
    file.add(
      chained(thread, dice, {
        type: 'system',
        subtype: 'compact_boundary',
        content: 'Conversation compacted',
        compactMetadata,
      }),
    );
    file.add(
      chained(thread, dice, {
        type: 'user',
        isCompactSummary: true,
        message: { role: 'user', content: dice.text(2000) },
      }),
    );
    thread.context = dice.int(12_000, 26_000);
  }

  /** Writes a record, now and then followed by damage: a cut copy of it, a run of NUL bytes. */
  #write(file: LogFile, record: unknown, at: number): void {
    const dice = this.#dice;
    const line = file.add(record, at);
    if (dice.chance(0.004)) file.addLine(line.slice(0, Math.floor(line.length * (0.3 + 0.5 * dice.next()))));
    if (dice.chance(0.01)) file.addLine('\0'.repeat(64));
  }

  /** How the file ends: mostly well, or with a record whose newline is missing, or with one that was cut off. */
  #endAs(session: Session): void {
    const dice = this.#dice;
    const end = dice.pick(['whole', 'whole', 'whole', 'no newline', 'cut off']);
    if (end === 'no newline') session.file.dropLastNewline();
    if (end === 'cut off')
      session.file.addUnfinished('{"parentUuid":null,"isSidechain":false,"type":"user","message":{"ro');
  }

  #count(thread: ClaudeThread, model: string, usage: ClaudeUsage): void {
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
    this.#truth.calls.push({
      ...this.#where(thread),
      model,
      input,
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      output,
      reasoning: null,
    });
  }

  #where(thread: ClaudeThread) {
    return { agent: 'claude-code', session: thread.session, project: thread.cwd, at: thread.at };
  }
}

const NO_TOKENS: ClaudeUsage = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };

/** The same time, or the next day's beginning where a call would cross midnight: a call lies within one day. */
function sameDay(at: number, spanMs: number): number {
  const left = DAY - (at % DAY);
  return left > spanMs + 1 ? at : at + left + 1000;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
