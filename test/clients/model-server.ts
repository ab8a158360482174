/**
 * A model that says what a script tells it, for real clients: Anthropic Messages, OpenAI Responses and Gemini on one
 * address of this machine. It remembers what it served, which is the truth a meter must find.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Answer } from './answer.ts';
import { anthropicAnswer } from './anthropic-wire.ts';
import { geminiAnswer } from './gemini-wire.ts';
import { responsesAnswer } from './responses-wire.ts';
import { fullUsage, type Lane, type Served, type Turn } from './script.ts';

export interface ModelServer {
  readonly url: string;
  readonly served: readonly Served[];
  /** Bodies of requests as they came, as text. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** What a request outside every lane gets: a title, a check, a summary. */
const ASIDE: Turn = { text: 'ok', usage: { input: 55, output: 4 } };
/** Gemini's client asks its model which model to ask, and who speaks next, and wants JSON. */
const ASIDE_FOR_GEMINI: Turn = {
  text: '{"reasoning":"x","next_speaker":"user","complexity_score":10,"model_choice":"pro"}',
  usage: { input: 55, output: 4 },
};
const GEMINI = /\/models\/([^/:]+):(streamGenerateContent|generateContent|countTokens)$/;

export async function startModelServer(lanes: readonly Lane[]): Promise<ModelServer> {
  const served: Served[] = [];
  const asked: string[] = [];
  const used = new Map<string, number>();
  let ids = 0;

  const choose = (body: unknown): { lane: string; index: number; turn: Turn } => {
    const { asks, hasTools } = requestOf(body);
    const lane = lanes.find((one) => asks.includes(one.asks) && (hasTools || one.anyRequest === true));
    if (!lane) return { lane: 'aside', index: 0, turn: ASIDE };
    const index = used.get(lane.name) ?? 0;
    used.set(lane.name, index + 1);
    const turn = lane.turns[index];
    return turn ? { lane: lane.name, index, turn } : { lane: `${lane.name}: past its end`, index, turn: ASIDE };
  };

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://model');
    const body = await jsonOf(request);
    const gemini = GEMINI.exec(pathname);
    const wire = wireOf(pathname, gemini);
    if (request.method !== 'POST' || wire === undefined || body === undefined) {
      const isCount = pathname.endsWith('/count_tokens') || gemini?.[2] === 'countTokens';
      const found = isCount ? { input_tokens: 1000, totalTokens: 1000 } : { data: [], models: [], object: 'list' };
      response.writeHead(isCount || pathname.endsWith('/models') ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found));
      return;
    }
    asked.push(JSON.stringify(body));
    const chosen = choose(body);
    const { lane, index } = chosen;
    const turn = gemini && chosen.turn === ASIDE ? ASIDE_FOR_GEMINI : chosen.turn;
    const model = gemini?.[1] ?? String(body.model ?? '');
    const answer = new Answer(response, turn);
    const record = (end: Served['end']) => served.push({ lane, turn: index, model, usage: fullUsage(turn.usage), end });
    if (turn.status !== undefined) {
      answer.json(turn.status, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
      record('refused');
      return;
    }
    const isStream = gemini ? gemini[2] === 'streamGenerateContent' : body.stream === true;
    await wire(answer, turn, model, `msg_scripted${++ids}`, isStream);
    record(answer.end);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // -- it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    served,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function wireOf(pathname: string, gemini: RegExpExecArray | null) {
  if (pathname.endsWith('/messages')) return anthropicAnswer;
  if (pathname.endsWith('/responses')) return responsesAnswer;
  return gemini && gemini[2] !== 'countTokens' ? geminiAnswer : undefined;
}

async function jsonOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // -- no encoding was set
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>; // -- clients send objects
  } catch {
    return undefined;
  }
}

/** What the first user messages and the last one say, and whether tools were offered, whatever the wire. */
function requestOf(body: unknown): { asks: string; hasTools: boolean } {
  const { messages, input, contents, tools } = body as Record<string, unknown>; // -- each is checked below
  const turns = [messages, input, contents].find(Array.isArray) ?? [];
  const users = turns.filter((turn) => turn?.role === 'user');
  // A sub-agent that was given its parent's history is told by its last message.
  const asks = [...users.slice(0, 3), ...users.slice(-1)]
    .map((turn) => JSON.stringify(turn.content ?? turn.parts))
    .join('\n');
  return { asks, hasTools: Array.isArray(tools) && tools.length > 0 };
}
