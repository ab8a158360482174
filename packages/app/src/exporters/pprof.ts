/**
 * A profile as pprof reads it: a gzipped message of github.com/google/pprof/proto/profile.proto, with two values a sample
 * (tokens and nano-dollars). Written by hand: it needs a dozen fields, and a library of protocol buffers is a large one.
 */
import { gzipSync } from 'node:zlib';
import type { ProfileSample } from '@tokenmeter/core';
import type { Weight } from './folded.ts';
import { Message } from './protobuf.ts';

/** Numbers of the fields in profile.proto. */
const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  strings: 6,
  timeNanos: 9,
  comment: 13,
  defaultType: 14,
};
const VALUE_TYPE = { type: 1, unit: 2 };
const SAMPLE = { locations: 1, values: 2 };
const LOCATION = { id: 1, line: 4 };
const LINE = { function: 1 };
const FUNCTION = { id: 1, name: 2, systemName: 3 };

export function pprofFile(
  samples: readonly ProfileSample[],
  about: { readonly name: string; readonly atMs: number; readonly weight: Weight },
): Uint8Array {
  const strings = new Map<string, number>([['', 0]]);
  const text = (value: string) => {
    const known = strings.get(value) ?? strings.size;
    strings.set(value, known);
    return known;
  };
  const profile = new Message();
  for (const [type, unit] of [
    ['tokens', 'count'],
    ['cost', 'nanodollars'],
  ] as const)
    profile.message(
      PROFILE.sampleType,
      new Message().number(VALUE_TYPE.type, text(type)).number(VALUE_TYPE.unit, text(unit)),
    );
  // A frame is a function with one place in it, both of the same number.
  const frames = new Map<string, number>();
  const frame = (name: string) => {
    const known = frames.get(name) ?? frames.size + 1;
    frames.set(name, known);
    return known;
  };
  for (const { stack, tokens, nano } of samples)
    profile.message(
      PROFILE.sample,
      // The leaf comes first.
      new Message().numbers(SAMPLE.locations, stack.map(frame).reverse()).numbers(SAMPLE.values, [tokens, nano]),
    );
  for (const id of frames.values())
    profile.message(
      PROFILE.location,
      new Message().number(LOCATION.id, id).message(LOCATION.line, new Message().number(LINE.function, id)),
    );
  for (const [name, id] of frames)
    profile.message(
      PROFILE.function,
      new Message().number(FUNCTION.id, id).number(FUNCTION.name, text(name)).number(FUNCTION.systemName, text(name)),
    );
  const comment = text(about.name);
  const defaultType = text(about.weight);
  for (const value of strings.keys()) profile.text(PROFILE.strings, value);
  profile
    .number(PROFILE.timeNanos, BigInt(about.atMs) * 1_000_000n)
    .number(PROFILE.comment, comment)
    .number(PROFILE.defaultType, defaultType);
  return gzipSync(profile.bytes());
}
