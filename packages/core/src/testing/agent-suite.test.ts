import { describe, expect, it } from 'vitest';
import type { Agent, Line, LogReader } from '../agents/agent.ts';
import type { CallSighting } from '../call.ts';
import type { AgentEvent } from '../event.ts';
import { NO_USAGE, readCount } from '../usage.ts';
import { type AgentCase, agentSuite } from './agent-suite.ts';

/** A log of lines `{"id":"a","input":1,"output":2,"text":"..."}`; repeated ids are snapshots. */
const toy: Agent = {
  id: 'toy',
  name: 'Toy',
  aliases: [],
  exactness: 'exact',
  roots: ({ home }) => [
    { path: `${home}/.toy`, because: 'default', accepts: (path) => path.endsWith('.log'), maxDepth: 1 },
  ],
  toolKind: () => 'other',
  open: ({ source, rootOf }): LogReader => ({
    read(line, emit) {
      let record: unknown;
      try {
        record = line.json();
      } catch {
        return 'damaged';
      }
      if (typeof record !== 'object' || record === null || !('id' in record)) return 'unknown';
      const { id, input, output } = record as Record<string, unknown>;
      if (typeof id !== 'string') return 'unknown';
      const usage = {
        input: readCount(input) ?? 0,
        cacheRead: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        output: readCount(output) ?? 0,
      };
      emit({ type: 'call', call: sighting(id, usage, rootOf(source.path)) });
      return undefined;
    },
    state: () => null,
  }),
};

function sighting(identity: string, usage: CallSighting['usage'], rootSessionId: string): CallSighting {
  return {
    agent: 'toy',
    identity,
    requestId: '',
    chain: 'main',
    sessionId: 's',
    rootSessionId,
    threadId: 's',
    caller: 'lead',
    model: 'm',
    seller: '',
    at: 1,
    usage,
    certainty: 'exact',
    cwd: '',
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
  };
}

const bytes = new TextEncoder().encode(
  '{"id":"a","input":10,"output":1,"text":"hello"}\nnot json\n{"id":"a","input":10,"output":7}\n{"id":"b","input":5,"output":2}',
);
const files = [
  { relativePath: '.toy/one.log', bytes, bornAt: 0 },
  { relativePath: '.toy/copy.log', bytes, bornAt: 0 },
  { relativePath: '.toy/notes.md', bytes: new TextEncoder().encode('# no log'), bornAt: 0 },
];
const totals = { calls: 2, input: 15, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 9, reasoning: null };
const cases: AgentCase[] = [{ name: 'copied', files, expected: { totals, sessions: ['s'] } }];

describe('agentSuite() passes a reader that is right', () => {
  agentSuite({ agent: toy, cases, test: it, expect });
});

/** The toy with one thing wrong, by a change to what its reader does with a line. */
function broken(change: (reader: LogReader) => LogReader['read']): Agent {
  return {
    ...toy,
    open: (file, state) => {
      const reader = toy.open(file, state);
      return { ...reader, read: change(reader) };
    },
  };
}

function withCall(change: (call: CallSighting, count: number, said: string) => CallSighting): Agent {
  return broken((reader) => {
    let count = 0;
    return (line, emit) =>
      reader.read(line, (event: AgentEvent) => {
        count++;
        if (event.type === 'call') emit({ type: 'call', call: change(event.call, count, line.text(0, line.length)) });
      });
  });
}

let opened = 0;
const counter: Agent = {
  ...toy,
  open: (file, state) => {
    const number = opened++;
    const reader = toy.open(file, state);
    return {
      ...reader,
      read: (line, emit) =>
        reader.read(line, (event) =>
          emit(event.type === 'call' ? { type: 'call', call: { ...event.call, identity: `${number}` } } : event),
        ),
    };
  },
};

/** What is wrong, and the words of the test that must say so. */
const wrong: Record<string, readonly [string, Agent]> = {
  'sums snapshots': [
    'totals are exact',
    withCall((call, count) => ({ ...call, identity: `${call.identity}${count}` })),
  ],
  'counts lines from where it was opened': [
    'cut at any byte',
    withCall((call, count) => ({ ...call, identity: call.identity === 'b' && count < 3 ? 'c' : call.identity })),
  ],
  'names calls by the file they are in': ['twice is once', counter],
  'keeps a line': [
    'any chunking',
    broken((reader) => {
      let first: Line | undefined;
      return (line, emit) => {
        first ??= line;
        if (first.length > 0 && first.byte(0) === 0) emit({ type: 'call', call: sighting('kept', NO_USAGE, 's') });
        return reader.read(line, emit);
      };
    }),
  ],
  'carries text': ['no event carries', withCall((call, _, said) => ({ ...call, branch: said }))],
  'throws on strange lines': [
    'hostile lines',
    broken((reader) => (line, emit) => {
      if (line.length > 0 && line.byte(0) !== 123 && line.byte(0) !== 110) throw new Error('strange');
      return reader.read(line, emit);
    }),
  ],
  'makes times that are none': [
    'hostile lines',
    withCall((call, _, said) => ({ ...call, at: said.includes('null') ? Number.NaN : 1 })),
  ],
  'makes negative counts': [
    'hostile lines',
    withCall((call, _, said) => ({
      ...call,
      usage: { ...call.usage, output: said.includes('-1') ? -1 : call.usage.output },
    })),
  ],
};

describe('agentSuite() fails a reader that', () => {
  for (const [fault, [words, agent]] of Object.entries(wrong)) {
    it(fault, () => {
      const failures: string[] = [];
      const test = (name: string, body: () => void | Promise<void>) => {
        try {
          void body();
        } catch {
          failures.push(name);
        }
      };
      agentSuite({ agent, cases, test, expect, hostileLines: 600 });
      expect(failures.filter((name) => name.includes(words))).not.toEqual([]);
    });
  }
});
