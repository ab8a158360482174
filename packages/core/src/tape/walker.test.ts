import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineOf } from '../testing/line.ts';
import { ENTRY_WORDS, LIST, OBJECT, PAUSED, PAUSED_AT, STOPPED, STRING } from './layout.ts';
import { FIRST, GATE, PAUSE, Plan, STEADY, TIME, WANTED, WORD } from './plan.ts';
import type { Tape } from './tape.ts';
import { Walker } from './walker.ts';

const [A, AB, LIST_NODE, ITEM, ITEM_C, GIVEN] = [2, 3, 4, 5, 6, 7];
const PLAN = new Plan([
  [A, 'a', WANTED],
  [AB, 'a.b', WANTED + WORD],
  [LIST_NODE, 'l', WANTED],
  [ITEM, 'l.[]', WANTED],
  [ITEM_C, 'l.[].c', WANTED + STEADY],
  [GIVEN, 'given', WANTED + FIRST],
]);

/** The same by reading the line as JSON: node and value, in the order of the line. */
function slowly(value: unknown): [number, unknown][] {
  const found: [number, unknown][] = [];
  const into = (
    object: unknown,
    nodes: Readonly<Record<string, number>>,
    inner: (key: string, of: unknown) => void,
  ) => {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return;
    for (const [key, of] of Object.entries(object)) {
      const node = Object.hasOwn(nodes, key) ? nodes[key] : undefined;
      if (node === undefined) continue;
      found.push([node, of]);
      inner(key, of);
    }
  };
  into(value, { a: A, l: LIST_NODE, given: GIVEN }, (key, of) => {
    if (key === 'a') into(of, { b: AB }, () => {});
    if (key !== 'l' || !Array.isArray(of)) return;
    for (const item of of) {
      found.push([ITEM, item]);
      into(item, { c: ITEM_C }, () => {});
    }
  });
  return found;
}

function quickly(tape: Tape): [number, unknown][] {
  const found: [number, unknown][] = [];
  for (let entry = tape.start; entry < tape.end; entry = tape.next(entry))
    if (tape.kind(entry) <= LIST) found.push([tape.node(entry), tape.value(entry)]);
  return found;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom('\\', '"', '\\"', '{', '}]', '"a":', 'größe', '日', '\n', 'x'.repeat(15)), { maxLength: 30 })
    .map((parts) => parts.join('')),
);
const leaf = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'l', 'c', 'given'), text), tie('tree'), { maxKeys: 5 }),
  ),
}));
const record = fc.record(
  {
    a: fc.oneof(tree, fc.record({ b: leaf, z: tree })),
    l: fc.array(fc.oneof(tree, fc.record({ c: leaf, y: tree }))),
    given: tree,
    x: tree,
  },
  { requiredKeys: [] },
);

/** The only entry of a node. */
function only(tape: Tape | undefined, node: number): { readonly tape: Tape; readonly entry: number } {
  if (!tape) throw new Error('the line was left');
  for (let entry = tape.start; entry < tape.end; entry = tape.next(entry))
    if (tape.node(entry) === node) return { tape, entry };
  throw new Error(`nothing of node ${node}`);
}

describe('walk()', () => {
  test('finds what reading the line as JSON finds, however it is spaced', () => {
    fc.assert(
      fc.property(record, fc.constantFrom(undefined, ' ', '\t'), (value, indent) => {
        const json = JSON.stringify(value, null, indent).replaceAll('\n', ' ');
        const tape = lineOf(json).walk(PLAN);
        if (!tape) throw new Error(`left: ${json}`);
        expect(quickly(tape)).toEqual(slowly(JSON.parse(json)));
        expect(tape.outcome).toBe(new TextEncoder().encode(json).length);
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves a line that was cut anywhere', () => {
    fc.assert(
      fc.property(record, fc.double({ min: 0, max: 0.999, noNaN: true }), (value, part) => {
        const bytes = new TextEncoder().encode(JSON.stringify(value));
        const cut = new TextDecoder().decode(bytes.subarray(0, Math.floor(bytes.length * part)));
        expect(lineOf(cut).walk(PLAN)).toBe(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['', '[]', '"a"', '{"a" 1}', '{"a":}', '{"a":1 "b":2}', '{,}', '{"l":[1,]}', '{"a":"x\\"}'])(
    'leaves %s',
    (line) => expect(lineOf(line).walk(PLAN)).toBe(undefined),
  );

  test('leaves a line with a word, a number or a letter in it that is not JSON, wanted or not', () => {
    const words = 'true false null tru truex True nul nil falsy fals undefined NaN'.split(' ');
    const numbers =
      '0 -0 1.0 1e3 1E+3 1e-30 0.5 999999999999999999 00 0012 -01 1. .5 -.5 1e 1e+ --1 +1 1.5.5 - 1x 0x10 1_0';
    const strings = ['\0', '\t', '\r', '\u001f', '\u007f', 'ü', '\u2028'].map(
      (letter) => `"${'x'.repeat(20)}${letter}y"`,
    );
    for (const value of [...words, ...numbers.split(' '), ...strings])
      for (const [line, of] of [
        [`{"a":${value}}`, A],
        [`{"x":${value} ,"a":1}`, undefined],
        [`{"l":[{"c":${value}}]}`, ITEM_C],
      ] as const) {
        const tape = lineOf(line).walk(PLAN);
        let isJson = true;
        try {
          JSON.parse(line);
        } catch {
          isJson = false;
        }
        expect([line, tape !== undefined]).toEqual([line, isJson]);
        if (!tape || of === undefined) continue;
        const { entry } = only(tape, of);
        expect(tape.value(entry)).toBe(JSON.parse(value));
      }
  });

  test('tells where things lie, and how long they are as the line spells them', () => {
    const json = '{"x":"ü","given": {"path":"a\\"b","n":1} ,"a":[1, 2]}';
    const tape = lineOf(json).walk(PLAN);
    const given = only(tape, GIVEN);
    const bytes = new TextEncoder().encode(json);
    const spelled = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
    expect(spelled(given.tape.from(given.entry), given.tape.to(given.entry))).toBe('{"path":"a\\"b","n":1}');
    const key = given.tape.next(given.entry);
    const value = given.tape.next(key);
    expect([given.tape.text(key), given.tape.spelled(value), given.tape.bytes(value)]).toEqual(['path', 'a"b', 4]);
    const list = only(lineOf(json).walk(PLAN), A);
    expect([list.tape.kind(list.entry), list.tape.bytes(list.entry)]).toEqual([LIST, 6]);
  });

  test('reads a time as the engine does, and leaves every other spelling to it', () => {
    const plan = new Plan([[2, 't', WANTED + TIME]]);
    const read = (at: string) => {
      const { tape, entry } = only(lineOf(JSON.stringify({ t: at })).walk(plan), 2);
      return tape.number(entry);
    };
    const day = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') });
    fc.assert(
      fc.property(day, (date) => {
        expect(read(date.toISOString())).toBe(date.getTime());
      }),
    );
    fc.assert(
      fc.property(day, fc.nat(23), fc.constantFrom('0', '9', '3', 'x', ' ', '-'), (date, at, letter) => {
        const spelled = date.toISOString();
        const odd = spelled.slice(0, at) + letter + spelled.slice(at + 1);
        const number = read(odd);
        if (!Number.isNaN(number)) expect(number).toBe(Date.parse(odd));
      }),
      { numRuns: 1000 },
    );
    for (const odd of [
      '2026-02-29T10:00:00.000Z',
      '2026-06-31T10:00:00.000Z',
      '2026-06-01T24:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
    ])
      expect(read(odd)).toBeNaN();
  });

  test('ends before what pauses it, and behind a word that does not pass', () => {
    const plan = new Plan(
      [
        [2, 'type', WANTED + WORD + GATE],
        [3, 'more', PAUSE],
      ],
      ['user', 'assistant'],
    );
    const paused = only(lineOf('{"type":"user","more":{"x":1},"type":"y"}').walk(plan), 3);
    expect([paused.tape.outcome, paused.tape.kind(paused.entry)]).toEqual([PAUSED, PAUSED_AT]);
    expect(paused.tape.from(paused.entry)).toBe('{"type":"user","more":'.length);
    expect(lineOf('{"type":"mode","more":1').walk(plan)?.outcome).toBe(STOPPED);
    expect(lineOf('{"type":"assistant"}').walk(plan)?.outcome).toBe('{"type":"assistant"}'.length);
  });

  test('goes on from an object within the line', () => {
    const { tape, entry } = only(lineOf('{"x":{"a":7},"a":8}').walk(PLAN, 5), A);
    expect([tape.number(entry), tape.outcome]).toEqual([7, 12]);
  });

  test('leaves a line with more values than the tape holds', () => {
    const lines = [100, 20_000].map((items) => lineOf(`{"l":[${Array(items).fill('{}').join()}]}`).walk(PLAN)?.outcome);
    expect(lines).toEqual([307, undefined]);
  });
});

test('words and steady texts are the same ones from line to line, whatever came between, and however many there are', () => {
  const plan = new Plan([
    [2, 'word', WANTED + WORD],
    [3, 'steady', WANTED + STEADY],
    [4, 'object', WANTED + STEADY],
  ]);
  for (let index = 0; index < 6000; index++) {
    const object = { at: Math.floor(index / 3) };
    const said = { word: `word ${index % 5000}`, steady: `${'s'.repeat(index % 600)}${Math.floor(index / 7)}`, object };
    const tape = lineOf(JSON.stringify(said)).walk(plan);
    if (!tape) throw new Error('the line was left');
    const [word = 0, steady = 0, whole = 0] = [0, 1, 2].map((place) => tape.start + place * ENTRY_WORDS);
    expect([tape.text(word), tape.text(steady), tape.value(whole)]).toEqual([said.word, said.steady, object]);
  }
});

test('a walker full of words begins anew with the next stretch of lines', () => {
  const walker = Walker.open();
  if (!walker) throw new Error('this engine has no WebAssembly');
  const walk = (plan: Plan, json: string) => {
    const room = walker.room(json.length);
    room.set(new TextEncoder().encode(json));
    return walker.walk(plan, lineOf(json), room.byteOffset, room.byteOffset + json.length);
  };
  const words = new Plan([[2, 'word', WANTED + WORD]]);
  const gated = new Plan([[2, 'type', WANTED + WORD + GATE]], ['user']);
  const told = (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      const tape = walk(words, `{"word":"word ${index}"}`);
      expect(tape?.text(tape.start)).toBe(`word ${index}`);
    }
  };
  told(0, 5000);
  expect(walk(gated, '{"type":"user"}')?.outcome).toBe(STOPPED);
  const { byteOffset } = walker.room(1);
  expect(walker.lineEnds(byteOffset, byteOffset + 1).length).toBe(0);
  expect(walk(gated, '{"type":"user"}')?.outcome).toBe('{"type":"user"}'.length);
  told(3000, 8000);
});

test('a room that grew holds what it held, and is walked as before', () => {
  const walker = Walker.open();
  if (!walker) throw new Error('this engine has no WebAssembly');
  const json = '{"a":{"b":"here"}}';
  const line = lineOf(json);
  walker.room(json.length).set(new TextEncoder().encode(json));
  const larger = walker.room(3 << 20);
  const tape = walker.walk(PLAN, line, larger.byteOffset, larger.byteOffset + json.length);
  const { entry } = only(tape, AB);
  expect([tape?.kind(entry), tape?.text(entry)]).toEqual([STRING, 'here']);
  expect(tape?.kind(tape.start)).toBe(OBJECT);
});

test('a plan refuses a node or a path that is wished for twice', () => {
  expect(
    () =>
      new Plan([
        [2, 'a', WANTED],
        [2, 'b', WANTED],
      ]),
  ).toThrow('a wish twice');
  expect(
    () =>
      new Plan([
        [2, 'a', WANTED],
        [3, 'a', WANTED],
      ]),
  ).toThrow('a wish twice');
});
