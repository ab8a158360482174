/**
 * OpenCode: a server of its own on a free port, behind a password of this run alone. Its event bus is the stream, a
 * session is opened and asked over HTTP, and an abort is a request. What needs an approval is refused: nobody is there.
 */
import { randomBytes } from 'node:crypto';
import { openCodeLive } from '@tokenmeter/core/agents';
import { type Act, type Driver, messageOf, type Stage } from '../driver.ts';

type Message = Readonly<Record<string, unknown>>;

const LISTENING = /listening on (http:\/\/\S+)/;
/** What is on its way on the bus when the answer has come is waited for. */
const LAST_EVENTS_MS = 400;
const LONGEST_EVENT = 32 << 20;

export const openCodeDriver: Driver = {
  agent: openCodeLive.agent,
  programs: ['opencode'],
  port: openCodeLive,
  open,
};

function open(stage: Stage): Act {
  const password = randomBytes(24).toString('base64url');
  const closing = new AbortController();
  let server: Server | undefined;
  let sessionId: string | undefined;
  let isStopping = false;

  const finish = () => {
    setTimeout(() => {
      stage.signal('SIGTERM');
      stage.over();
    }, LAST_EVENTS_MS);
  };
  const interrupt = async () => {
    if (!server || sessionId === undefined) return stage.signal('SIGTERM');
    await server.post(`/session/${sessionId}/abort`, {});
  };
  const converse = async (url: string) => {
    server = connect(url, password, closing.signal);
    await server.listen((event) => {
      stage.tell(event);
      const asked = permissionAsked(event);
      if (asked) void server?.post(`/permission/${asked}/reply`, { reply: 'reject' }).catch(() => undefined);
    });
    const { title, prompt, model } = stage.launch;
    const session = await server.post('/session', title === '' ? {} : { title });
    if (typeof session.id !== 'string') throw new Error('it opened no session');
    sessionId = session.id;
    if (isStopping) return stage.signal('SIGTERM');
    await server.post(`/session/${sessionId}/message`, {
      parts: [{ type: 'text', text: prompt }],
      ...modelOf(model),
    });
    finish();
  };

  return {
    words: ['serve', '--hostname', '127.0.0.1', '--port', '0'],
    env: { OPENCODE_SERVER_PASSWORD: password },
    begin: () => undefined,
    line: (text) => {
      const url = LISTENING.exec(text)?.[1];
      if (url === undefined) return server !== undefined;
      if (server) return true;
      converse(url).catch((error: unknown) => {
        if (isStopping) return stage.signal('SIGTERM');
        stage.fail(`Cannot follow opencode: ${error instanceof Error ? error.message : String(error)}`);
      });
      return true;
    },
    interrupt: () => {
      isStopping = true;
      interrupt().catch(() => stage.signal('SIGTERM'));
    },
    end: async () => closing.abort(),
  };
}

interface Server {
  post(path: string, body: unknown): Promise<Message>;
  /** Resolves once the bus is open. */
  listen(onEvent: (event: Message) => void): Promise<void>;
}

function connect(url: string, password: string, signal: AbortSignal): Server {
  const headers = {
    authorization: `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  return {
    post: async (path, body) => {
      const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body), signal });
      const text = await response.text();
      if (!response.ok) throw new Error(`it answered ${response.status} to ${path.replace(/ses_\w+/, 'SESSION')}`);
      return messageOf(text) ?? {};
    },
    listen: async (onEvent) => {
      const response = await fetch(`${url}/event`, { headers, signal });
      if (!response.ok || !response.body) throw new Error(`it answered ${response.status} to /event`);
      void readEvents(response.body, onEvent).catch(() => undefined); // -- it ends with the process, which tells
    },
  };
}

async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: Message) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end).trim();
      rest = rest.slice(end + 1);
      const event = line.startsWith('data:') ? messageOf(line.slice(5).trim()) : undefined;
      if (event) onEvent(event);
    }
    if (rest.length > LONGEST_EVENT) rest = '';
  }
}

function permissionAsked(event: Message): string | undefined {
  if (event.type !== 'permission.asked') return undefined;
  const { id } = (event.properties ?? {}) as { id?: unknown }; // -- checked in the next line
  return typeof id === 'string' ? encodeURIComponent(id) : undefined;
}

/** `PROVIDER/MODEL`, as its own command line spells it. */
function modelOf(model: string): { model?: { providerID: string; modelID: string } } {
  const slash = model.indexOf('/');
  if (slash <= 0) return {};
  return { model: { providerID: model.slice(0, slash), modelID: model.slice(slash + 1) } };
}
