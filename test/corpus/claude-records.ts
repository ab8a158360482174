/** How Claude Code spells its records, over the versions the corpus pretends to be written by. */
import type { Dice } from './dice.ts';

/** One context window that writes records: the main agent of a session, or a sub-agent of it. */
export interface ClaudeThread {
  readonly session: string;
  readonly cwd: string;
  readonly branch: string;
  readonly version: string;
  /** `old`: no cache split; `middle`: split; `new`: iterations, speed, prompt ids. */
  readonly era: 'old' | 'middle' | 'new';
  /** Third-party gateways send no request id. */
  readonly gateway: boolean;
  readonly model: string;
  /** '' for the main agent. */
  readonly agentId: string;
  /** UTC ms of the last record. */
  at: number;
  parentUuid: string | null;
  /** Tokens in the window. */
  context: number;
}

export interface ClaudeUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
}

/** The part every chained record has, around its own. */
export function chained(thread: ClaudeThread, dice: Dice, own: Record<string, unknown>): Record<string, unknown> {
  const uuid = dice.uuid();
  const record = {
    parentUuid: thread.parentUuid,
    isSidechain: thread.agentId !== '',
    ...(thread.agentId === '' ? {} : { agentId: thread.agentId }),
    userType: 'external',
    cwd: thread.cwd,
    sessionId: thread.session,
    version: thread.version,
    gitBranch: thread.branch,
    ...own,
    uuid,
    timestamp: new Date(thread.at).toISOString(),
  };
  thread.parentUuid = uuid;
  return record;
}

/** The usage of a record. `last` marks the final record of a call, which later versions write more into. */
export function usageRecord(
  thread: ClaudeThread,
  usage: ClaudeUsage,
  options: { readonly last: boolean; readonly speed?: string; readonly advisor?: ClaudeUsage & { model: string } },
): Record<string, unknown> {
  const split = {
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
  };
  const base = {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
  };
  if (thread.era === 'old') return { ...base, output_tokens: usage.output, service_tier: 'standard' };
  if (thread.era === 'middle') return { ...base, ...split, output_tokens: usage.output, service_tier: 'standard' };
  const { advisor } = options;
  const iterations = [
    { ...base, ...split, output_tokens: usage.output, type: 'message' },
    ...(advisor
      ? [
          {
            type: 'advisor_message',
            model: advisor.model,
            input_tokens: advisor.input,
            output_tokens: advisor.output,
            cache_read_input_tokens: advisor.cacheRead,
            cache_creation_input_tokens: 0,
          },
        ]
      : []),
  ];
  return {
    ...base,
    ...(options.last ? { server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 } } : {}),
    ...split,
    output_tokens: usage.output,
    service_tier: 'standard',
    inference_geo: 'not_available',
    ...(options.last ? { iterations, speed: options.speed ?? 'standard' } : {}),
  };
}

/** A record of an assistant's message. */
export function assistant(
  thread: ClaudeThread,
  dice: Dice,
  message: {
    readonly id: string;
    readonly requestId: string;
    readonly model: string;
    readonly content: readonly unknown[];
    readonly stopReason: string | null;
    readonly usage: unknown;
  },
): Record<string, unknown> {
  return chained(thread, dice, {
    message: {
      model: message.model,
      id: message.id,
      type: 'message',
      role: 'assistant',
      content: message.content,
      stop_reason: message.stopReason,
      stop_sequence: null,
      usage: message.usage,
    },
    ...(message.requestId === '' ? {} : { requestId: message.requestId }),
    type: 'assistant',
  });
}

/** A notice that looks like a model's answer and costs nothing. */
export function synthetic(thread: ClaudeThread, dice: Dice): Record<string, unknown> {
  const usage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  return chained(thread, dice, {
    type: 'assistant',
    message: {
      id: dice.uuid(),
      model: '<synthetic>',
      role: 'assistant',
      type: 'message',
      stop_reason: 'stop_sequence',
      usage: { ...usage, service_tier: null },
      content: [{ type: 'text', text: 'API Error: 529 overloaded' }],
    },
    isApiErrorMessage: true,
  });
}

/** The input a tool was called with. */
export function toolInput(name: string, cwd: string, dice: Dice): Record<string, unknown> {
  if (name === 'Bash') return { command: dice.text(dice.int(10, 200)), description: dice.words(4) };
  if (name === 'Edit')
    return { file_path: `${cwd}/a.ts`, old_string: dice.text(80), new_string: dice.text(120), replace_all: false };
  if (name === 'Write') return { file_path: `${cwd}/b.ts`, content: dice.text(dice.int(100, 2000)) };
  if (name.startsWith('mcp__')) return { sql: 'select 1', id: dice.chance(0.5) ? null : 7, usage: null, model: null };
  if (name === 'Task' || name === 'Agent')
    return { description: dice.words(4), subagent_type: 'general-purpose', prompt: dice.text(300) };
  return { file_path: `${cwd}/src/${dice.words(1)}.ts` };
}

/** What the client keeps of a result beside the text the model sees. */
export function toolUseResult(name: string, text: string): unknown {
  if (name === 'Bash') return { stdout: text, stderr: '', interrupted: false, isImage: false };
  if (name === 'Edit')
    return { filePath: '/x', oldString: 'a', newString: 'b', originalFile: text, structuredPatch: [] };
  return { type: 'text', file: { filePath: '/x', content: text, numLines: 3 } };
}
