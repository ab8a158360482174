/**
 * Codex: `codex app-server`, JSON-RPC lines both ways, since only there usage comes after each call and a turn can be
 * interrupted. Nobody is there to approve anything, so nothing is asked for: what the user's own config does not allow is
 * declined. Older versions are followed by `exec --json`, which tells usage at the end and can only be signalled.
 */
import { codex, codexAppServerLive, codexExecLive } from '@tokenmeter/core/agents';
import { type Act, type Driver, messageOf, type Stage } from '../driver.ts';

type Message = Readonly<Record<string, unknown>>;

const ASK = { initialize: 1, thread: 2, turn: 3 } as const;
/** Interrupts are asked with ids from here on. */
const FIRST_INTERRUPT = 100;

const codexExecDriver: Driver = {
  agent: codex.id,
  programs: ['codex'],
  port: codexExecLive,
  open: (stage) => ({
    // `-`: the prompt comes through stdin.
    words: ['exec', '--json', '--skip-git-repo-check', ...modelWords(stage.launch.model), '-'],
    begin: () => {
      stage.write(stage.launch.prompt);
      stage.closeInput();
    },
    line: (text) => {
      const message = messageOf(text);
      if (typeof message?.type !== 'string') return false;
      stage.tell(message);
      if (message.type === 'turn.completed' || message.type === 'turn.failed') stage.over();
      return true;
    },
    interrupt: () => stage.signal('SIGINT'),
    end: async () => {},
  }),
};

export const codexDriver: Driver = {
  agent: codex.id,
  programs: ['codex'],
  port: codexAppServerLive,
  fallback: codexExecDriver,
  open,
};

function open(stage: Stage): Act {
  /** The turn under way of each thread. */
  const turns = new Map<string, string>();
  let mainThread: string | undefined;
  let isStopping = false;
  let nextId = FIRST_INTERRUPT;
  const send = (message: Message) => stage.write(JSON.stringify(message));
  const interrupt = (threadId: string, turnId: string) =>
    send({ id: nextId++, method: 'turn/interrupt', params: { threadId, turnId } });

  const answered = (id: unknown, result: Message) => {
    const { cwd, model, prompt } = stage.launch;
    if (id === ASK.initialize) {
      send({ method: 'initialized' });
      const params = { cwd, approvalPolicy: 'never', ...(model === '' ? {} : { model }) };
      send({ id: ASK.thread, method: 'thread/start', params });
    } else if (id === ASK.thread) {
      mainThread = idOf(result.thread);
      if (mainThread === undefined) return stage.fail('Cannot follow codex: its app-server started no thread');
      const input = [{ type: 'text', text: prompt }];
      send({ id: ASK.turn, method: 'turn/start', params: { threadId: mainThread, input } });
    } else if (id === ASK.turn) {
      const turn = idOf(result.turn);
      if (mainThread !== undefined && turn !== undefined) startTurn(mainThread, turn);
    }
  };

  const startTurn = (threadId: string, turnId: string) => {
    if (turns.get(threadId) === turnId) return;
    turns.set(threadId, turnId);
    if (isStopping) interrupt(threadId, turnId);
  };

  const notified = (method: unknown, params: Message) => {
    const threadId = textOf(params.threadId);
    const turnId = idOf(params.turn);
    if (threadId === undefined) return;
    if (method === 'turn/started' && turnId !== undefined) startTurn(threadId, turnId);
    if (method !== 'turn/completed') return;
    turns.delete(threadId);
    if (threadId !== mainThread) return;
    stage.closeInput();
    stage.over();
  };

  return {
    words: ['app-server'],
    begin: () => {
      const clientInfo = { name: 'tokenmeter', title: 'Tokenmeter', version: '1' };
      send({ id: ASK.initialize, method: 'initialize', params: { clientInfo } });
    },
    line: (text) => {
      const message = messageOf(text);
      if (!message || (message.method === undefined && message.id === undefined)) return false;
      stage.tell(message);
      if (message.method === undefined && message.error !== undefined) {
        if (typeof message.id === 'number' && message.id < FIRST_INTERRUPT)
          stage.fail(`Cannot follow codex: its app-server refused: ${reasonOf(message.error)}`);
      } else if (message.method === undefined) answered(message.id, objectOf(message.result));
      else if (message.id !== undefined) send({ id: message.id, ...declined(message.method) });
      else notified(message.method, objectOf(message.params));
      return true;
    },
    interrupt: () => {
      isStopping = true;
      if (turns.size === 0) stage.signal('SIGINT');
      for (const [threadId, turnId] of turns) interrupt(threadId, turnId);
    },
    end: async () => {},
  };
}

/** Whatever it asks for, nobody is there to say yes. */
function declined(method: unknown): Message {
  if (typeof method === 'string' && /^item\/(commandExecution|fileChange)\/requestApproval$/.test(method))
    return { result: { decision: 'decline' } };
  return { error: { code: -32601, message: 'Nobody is there to answer' } };
}

function modelWords(model: string): readonly string[] {
  return model === '' ? [] : ['--model', model];
}

function objectOf(value: unknown): Message {
  return typeof value === 'object' && value !== null ? (value as Message) : {}; // -- fields are checked where they are used
}

function idOf(value: unknown): string | undefined {
  return textOf(objectOf(value).id);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The words of a JSON-RPC error; it may quote what was asked, so no more than its first line. */
function reasonOf(error: unknown): string {
  return (textOf(objectOf(error).message) ?? 'no reason given').split('\n', 1).join('').slice(0, 200);
}
