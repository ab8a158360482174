/** Profiles read back: pprof by the numbers of its own schema, speedscope by its, folded stacks by their separators. */
import { gunzipSync } from 'node:zlib';
import type { ProfileSample } from '@tokenmeter/core';
import { describe, expect, it } from 'vitest';
import { foldedStacks } from './folded.ts';
import { pprofFile } from './pprof.ts';
import { Message } from './protobuf.ts';
import { speedscopeFile } from './speedscope.ts';

const SAMPLES: readonly ProfileSample[] = [
  { stack: ['Claude Code', 'main', 'Read', 'pnpm-lock.yaml'], tokens: 300, nano: 9_007_199_254_740_991 },
  { stack: ['Claude Code', 'main', 'system'], tokens: 200, nano: 0 },
  { stack: ['Claude Code', 'Explore', 'Read', 'a;b\nc — ü'], tokens: 0, nano: 5 },
];

type Fields = Map<number, (bigint | Uint8Array)[]>;

/** Fields of a message by number: varints as bigint, everything with a length as bytes. */
function decode(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('broke off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const values = fields.get(key >> 3) ?? [];
    fields.set(key >> 3, values);
    if ((key & 7) === 0) values.push(varint());
    else {
      expect(key & 7).toBe(2);
      const length = Number(varint());
      values.push(bytes.subarray(at, at + length));
      at += length;
    }
  }
  expect(at).toBe(bytes.length);
  return fields;
}

const blocks = (fields: Fields, number: number) =>
  (fields.get(number) ?? []).map((value) => {
    if (typeof value === 'bigint') throw new Error(`field ${number} is no block`);
    return value;
  });
const one = (fields: Fields, number: number) => Number(fields.get(number)?.[0] ?? 0n);

function packed(bytes: Uint8Array | undefined): number[] {
  // Packed numbers are varints one after the other: as many fields 0 of a message without keys.
  const values: number[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes ?? []) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80) {
      values.push(Number(value));
      value = 0n;
      shift = 0n;
    }
  }
  return values;
}

describe('pprofFile()', () => {
  const file = pprofFile(SAMPLES, { name: 'session s1', atMs: 1_780_000_000_000, weight: 'cost' });

  it('is a gzipped profile.proto whose strings, functions and places all lead somewhere', () => {
    expect([file[0], file[1]]).toEqual([0x1f, 0x8b]);
    const profile = decode(gunzipSync(file));
    expect([...profile.keys()].sort((a, b) => a - b)).toEqual([1, 2, 4, 5, 6, 9, 13, 14]);
    const strings = blocks(profile, 6).map((bytes) => new TextDecoder().decode(bytes));
    expect(strings[0]).toBe('');
    expect(new Set(strings).size).toBe(strings.length);
    const types = blocks(profile, 1).map((bytes) => [1, 2].map((number) => strings[one(decode(bytes), number)]));
    expect(types).toEqual([
      ['tokens', 'count'],
      ['cost', 'nanodollars'],
    ]);
    expect(strings[one(profile, 14)]).toBe('cost');
    expect(strings[one(profile, 13)]).toBe('session s1');
    expect(one(profile, 9)).toBe(1_780_000_000_000 * 1e6);
    const functions = new Map(
      blocks(profile, 5).map((bytes) => [one(decode(bytes), 1), strings[one(decode(bytes), 2)]]),
    );
    const places = new Map(
      blocks(profile, 4).map((bytes) => {
        const place = decode(bytes);
        const [line] = blocks(place, 4);
        return [one(place, 1), functions.get(one(decode(line ?? new Uint8Array()), 1))];
      }),
    );
    expect(places.has(0)).toBe(false);
    const samples = blocks(profile, 2).map((bytes) => {
      const sample = decode(bytes);
      const [tokens, nano] = packed(blocks(sample, 2)[0]);
      return {
        stack: packed(blocks(sample, 1)[0])
          .map((id) => places.get(id))
          .reverse(),
        tokens,
        nano,
      };
    });
    expect(samples).toEqual(SAMPLES);
  });

  it('has nothing but its types and strings where nothing was used', () => {
    const profile = decode(gunzipSync(pprofFile([], { name: '', atMs: 0, weight: 'tokens' })));
    expect([...profile.keys()]).toEqual([1, 6, 14]);
  });
});

describe('Message', () => {
  it('leaves out zeros but in packed lists, and spells large numbers whole', () => {
    expect([
      ...new Message()
        .number(1, 0)
        .numbers(2, [0, 300])
        .number(3, 2n ** 40n)
        .bytes(),
    ]).toEqual([0x12, 3, 0, 0xac, 2, 0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]);
  });
});

describe('speedscopeFile()', () => {
  it('has a weight for every sample, frames that exist, and ends at the sum', () => {
    const { shared, profiles, activeProfileIndex, $schema } = speedscopeFile(SAMPLES, {
      name: 'session s1',
      version: '0.1.0',
      weight: 'cost',
    });
    expect($schema).toBe('https://www.speedscope.app/file-format-schema.json');
    expect(activeProfileIndex).toBe(1);
    for (const profile of profiles) {
      expect(profile.samples.length).toBe(profile.weights.length);
      expect(profile.weights.reduce((sum, weight) => sum + weight, 0)).toBe(profile.endValue);
      for (const stack of profile.samples) for (const frame of stack) expect(shared.frames[frame]?.name).toBeTruthy();
    }
    const [tokens] = profiles;
    expect(tokens?.samples.map((stack) => stack.map((frame) => shared.frames[frame]?.name))).toEqual(
      SAMPLES.map((sample) => sample.stack),
    );
  });
});

describe('foldedStacks()', () => {
  it('is one line a stack, without what would break it, and without what weighs nothing', () => {
    expect(foldedStacks(SAMPLES, 'tokens')).toBe(
      'Claude Code;main;Read;pnpm-lock.yaml 300\nClaude Code;main;system 200\n',
    );
    expect(foldedStacks(SAMPLES, 'cost')).toContain('Claude Code;Explore;Read;a,b c — ü 5\n');
    expect(foldedStacks([], 'cost')).toBe('');
  });
});
