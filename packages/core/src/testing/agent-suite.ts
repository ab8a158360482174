/**
 * The conformance suite every agent passes: recorded homes with known totals, replayed in every way a reading may go. It
 * is pure: it takes the runner's `test` and `expect`, and cases already in memory. Recorded cases lie in
 * `packages/core/fixtures/<agent>/<case>/` and are loaded by `loadCases` of `packages/core/test/load-cases.ts`, which uses
 * Node and may therefore be imported by `*.test.ts` files only:
 *
 *     agentSuite({ agent: codex, cases: loadCases('codex'), test, expect });
 */
import type { Agent } from '../agents/agent.ts';
import type { AgentEvent } from '../event.ts';
import { Fold, type FoldTotals } from './fold.ts';
import { faultOf, MARKER, mutateLine, plantMarker } from './hostile.ts';
import { ByteLine, linesOf } from './line.ts';
import { seededRandom } from './random.ts';
import { type CaseFile, findLogs, type Replay, reopen, replay, rootsOf } from './replay.ts';

/** What a right reading finds. Only what is given is compared. */
export interface Expected {
  readonly totals: FoldTotals;
  readonly byModel?: Readonly<Record<string, FoldTotals>> | undefined;
  readonly byThread?: Readonly<Record<string, FoldTotals>> | undefined;
  readonly byCaller?: Readonly<Record<string, FoldTotals>> | undefined;
  /** Ids of sessions with calls, sorted. */
  readonly sessions?: readonly string[] | undefined;
  /** How often each tool was called, by the provider's name. */
  readonly toolCalls?: Readonly<Record<string, number>> | undefined;
  readonly prompts?: number | undefined;
  readonly compactions?: number | undefined;
}

export interface AgentCase {
  readonly name: string;
  readonly files: readonly CaseFile[];
  readonly expected: Expected;
}

/** What the suite needs of a test runner; vitest's own `test` and `expect` fit. */
export interface Runner {
  readonly test: (name: string, body: () => void | Promise<void>) => void;
  readonly expect: (actual: unknown, message?: string) => { toEqual(expected: unknown): void };
}

export interface AgentSuiteOptions extends Runner {
  readonly agent: Agent;
  readonly cases: readonly AgentCase[];
  /** How many mutated lines the readers must stand; fewer only where the suite itself is tested. */
  readonly hostileLines?: number | undefined;
}

const HOSTILE_LINES = 10_000;
const CUTS_PER_CASE = 40;

export function agentSuite(options: AgentSuiteOptions): void {
  const { agent, cases, test, expect, hostileLines = HOSTILE_LINES } = options;
  test(`${agent.id} has recorded cases`, () => {
    expect(cases.length > 0).toEqual(true);
    expect(new Set([agent.id, ...agent.aliases]).size, 'names are distinct').toEqual(agent.aliases.length + 1);
  });

  for (const { name, files, expected } of cases) {
    const outcome = (...replays: Replay[]) => summarize(replays, expected);
    const random = (way: string) => seededRandom(`${agent.id}/${name}/${way}`);

    test(`${agent.id}: ${name}: every log is found and its totals are exact`, () => {
      expect(findLogs(agent, files).length > 0, 'roots() accepts the logs of the case').toEqual(true);
      const whole = replay(agent, files);
      expect(outcome(whole)).toEqual(expected);
      for (const event of whole.events) expect(faultOf(event), JSON.stringify(event)).toEqual(undefined);
    });

    test(`${agent.id}: ${name}: any chunking of the bytes gives the same`, () => {
      for (let round = 0; round < 5; round++)
        expect(outcome(replay(agent, files, { chunks: random(`chunks ${round}`) }))).toEqual(expected);
    });

    test(`${agent.id}: ${name}: an engine without the walker of lines reads the same`, () => {
      const { events, damaged, unknown } = replay(agent, files, { unwalked: true });
      const walked = replay(agent, files);
      expect(events).toEqual(walked.events);
      expect([damaged, unknown]).toEqual([walked.damaged, walked.unknown]);
    });

    test(`${agent.id}: ${name}: twice is once, in any order of files`, () => {
      expect(outcome(replay(agent, files), replay(agent, files))).toEqual(expected);
      const { shuffle } = random('order');
      for (let round = 0; round < 8; round++) {
        expect(outcome(replay(agent, files, { order: shuffle }))).toEqual(expected);
        expect(outcome(replay(agent, files, { order: shuffle }), replay(agent, files))).toEqual(expected);
      }
      expect(outcome(replay(agent, files, { order: (logs) => logs.toReversed() }))).toEqual(expected);
    });

    test(`${agent.id}: ${name}: cut at any byte and resumed from its state gives the same`, () => {
      const { int } = random('cuts');
      for (let round = 0; round < CUTS_PER_CASE; round++) {
        const share = round / CUTS_PER_CASE;
        const cut = ({ bytes }: CaseFile) =>
          round % 2 === 0 ? Math.floor(bytes.length * share) : int(0, bytes.length);
        expect(outcome(replay(agent, files, { cut })), `cut ${round}`).toEqual(expected);
      }
    });

    test(`${agent.id}: ${name}: no event carries what a person, a model or a tool said`, () => {
      const planted = files.map((file) => ({ ...file, bytes: plantInto(file.bytes), sidecar: plantSidecar(file) }));
      const { events } = replay(agent, planted);
      expect(events.length > 0).toEqual(true);
      expect(events.map(spelled).filter((text) => text.includes(MARKER))).toEqual([]);
    });
  }

  test(`${agent.id}: ${hostileLines} hostile lines never throw and never make a count that is none`, () => {
    const faults: string[] = [];
    const random = seededRandom(`${agent.id}/hostile`);
    const emit = (event: AgentEvent) => {
      const fault = faultOf(event);
      if (fault) faults.push(`${fault}: ${spelled(event).slice(0, 300)}`);
    };
    const readings = cases.flatMap(({ files }) => {
      const logs = findLogs(agent, files);
      const rootOf = rootsOf(agent, logs);
      return logs.map((log) => ({ ...log, rootOf, lines: wholeLines(log.file.bytes) }));
    });
    const perLog = Math.ceil(hostileLines / readings.length);
    for (const { relativePath, sidecar, rootOf, lines, file } of readings) {
      const source = () => ({ agent: agent.id, path: file.relativePath, bornAt: file.bornAt });
      const log = { source: source(), relativePath, sidecar, rootOf };
      let reader = agent.open(log, undefined);
      for (let count = 0; count < perLog; count++) {
        const bytes = lines[count % lines.length] ?? new Uint8Array(0);
        const line = new ByteLine(mutateLine(bytes, random));
        try {
          agent.lineage?.(line);
          const skip = reader.read(line, emit);
          if (skip !== undefined && skip !== 'damaged' && skip !== 'unknown') faults.push(`read() returned ${skip}`);
          // Whole lines in between: hostile ones must not leave a reader that fails on good ones.
          if (random.chance(0.3)) reader.read(new ByteLine(bytes), emit);
          if (random.chance(0.3)) reader.settle?.(emit);
          if (random.chance(0.02)) reader = reopen(agent, reader, log);
          if (random.chance(0.02)) reader = agent.open({ ...log, source: source() }, undefined);
        } catch (error) {
          faults.push(`threw ${error} at ${line.text(0, Math.min(line.length, 300))}`);
        }
      }
    }
    expect(faults.slice(0, 5), `${faults.length} faults`).toEqual([]);
  });

  test(`${agent.id}: a state it never wrote is no reason to throw`, () => {
    const file = { source: { agent: agent.id, path: 'x', bornAt: 0 }, relativePath: 'x', rootOf: (id: string) => id };
    const faults: string[] = [];
    for (const state of [null, 0, 'text', [], {}, { session: 5, calls: 'none' }, [[[]]]]) {
      try {
        agent.open(file, state);
      } catch (error) {
        faults.push(`${JSON.stringify(state)}: ${error}`);
      }
    }
    expect(faults).toEqual([]);
  });
}

/** What a fold of the replays says, in the shape of `expected` and no more than it asks for. */
function summarize(replays: readonly Replay[], expected: Expected): Expected {
  const fold = new Fold();
  for (const { batches } of replays) for (const batch of batches) fold.append(batch);
  return {
    totals: fold.totals(),
    ...(expected.byModel && { byModel: fold.totalsBy((call) => call.model) }),
    ...(expected.byThread && { byThread: fold.totalsBy((call) => call.threadId) }),
    ...(expected.byCaller && { byCaller: fold.totalsBy((call) => call.caller) }),
    ...(expected.sessions && { sessions: [...new Set(fold.calls().map((call) => call.sessionId))].toSorted() }),
    ...(expected.toolCalls && { toolCalls: fold.toolCalls() }),
    ...(expected.prompts !== undefined && { prompts: fold.prompts }),
    ...(expected.compactions !== undefined && { compactions: fold.compactions }),
  };
}

function plantInto(bytes: Uint8Array): Uint8Array {
  const parts = linesOf(bytes, true).map((line) => {
    const raw = new TextEncoder().encode(line.text(0, line.length));
    return new TextDecoder().decode(plantMarker(raw));
  });
  return new TextEncoder().encode(`${parts.join('\n')}\n`);
}

function plantSidecar({ sidecar }: CaseFile): string | undefined {
  if (sidecar === undefined) return undefined;
  return new TextDecoder().decode(plantMarker(new TextEncoder().encode(sidecar)));
}

/** An event as text, maps included. */
function spelled(event: AgentEvent): string {
  return JSON.stringify(event, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

function wholeLines(bytes: Uint8Array): Uint8Array[] {
  return linesOf(bytes).map((line) => new TextEncoder().encode(line.text(0, line.length)));
}
