/**
 * How usage objects are laid out, learnt from those that come by: another one that differs in its figures alone is read
 * at one look. It refuses to learn from what is not plain (figures that are no whole numbers, second models), and to read
 * what it did not learn.
 */
import { type Json, objectOf } from '../json.ts';
import type { Scan } from './scan.ts';
import { type Told, type ToldFigures, toldUsage } from './usage.ts';

interface Layout {
  readonly pattern: RegExp;
  /** By figure, the pattern's group that holds it, 0 where the object does not tell it. */
  readonly groups: Readonly<Record<keyof ToldFigures, number>>;
  readonly searches: number;
  /** The object it was learnt from, for all that is not a figure. */
  readonly like: Told;
}

export interface ReadUsage {
  readonly told: Told;
  /** The offset after the object. */
  readonly end: number;
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|[-\d][\d.eE+-]*/g;
/** Never more than MOST_TOKENS: what is longer is left to the parse. */
const COUNT = /^\d{1,12}$/;
const SPECIAL = /[\\^$.*+?()[\]{}|]/g;
/** Logs whose objects vary without end must not be learnt by heart. */
const MOST_LAYOUTS = 12;

/** The layouts met so far, the one that was read last first. */
export class UsageLayouts {
  #layouts: readonly Layout[] = [];
  #tried = 0;

  /** Reads the object at an offset, undefined where it is of no layout met before. */
  read(scan: Scan, at: number): ReadUsage | undefined {
    for (const layout of this.#layouts) {
      const found = scan.match(layout.pattern, at);
      if (!found) continue;
      if (layout !== this.#layouts[0]) this.#layouts = [layout, ...this.#layouts.filter((other) => other !== layout)];
      return { told: toldBy(layout, found), end: at + found[0].length };
    }
    return undefined;
  }

  /** Learns from an object and what it told. */
  learn(text: string, told: Told): void {
    if (this.#tried >= MOST_LAYOUTS || told.advice.length > 0) return;
    this.#tried++;
    const layout = layoutOf(text, told);
    if (layout) this.#layouts = [layout, ...this.#layouts];
  }
}

function toldBy({ groups, searches, like }: Layout, found: RegExpExecArray): Told {
  const { usage, assumedLifetime } = toldUsage({
    input: figure(found, groups.input),
    cacheRead: figure(found, groups.cacheRead),
    cacheWrite: figure(found, groups.cacheWrite),
    fiveMinutes: figure(found, groups.fiveMinutes),
    oneHour: figure(found, groups.oneHour),
    output: figure(found, groups.output),
    thinking: figure(found, groups.thinking),
  });
  const { tier, geo, advice } = like;
  return { usage, assumedLifetime, tier, geo, webSearches: figure(found, searches) ?? 0, advice };
}

function figure(found: RegExpExecArray, group: number): number | undefined {
  return group === 0 ? undefined : Number(found[group]);
}

function layoutOf(text: string, like: Told): Layout | undefined {
  const numbers = [...text.matchAll(STRING_OR_NUMBER)].filter(([part]) => !part.startsWith('"'));
  if (numbers.some(([number]) => !COUNT.test(number))) return undefined;
  // With each number's place instead of it, the object itself tells which figure stands where.
  const places = parse(woven(text, numbers, String));
  if (!places) return undefined;
  const writes = objectOf(places.cache_creation);
  const named = {
    input: places.input_tokens,
    cacheRead: places.cache_read_input_tokens,
    cacheWrite: places.cache_creation_input_tokens,
    fiveMinutes: writes?.ephemeral_5m_input_tokens,
    oneHour: writes?.ephemeral_1h_input_tokens,
    output: places.output_tokens,
    thinking: objectOf(places.output_tokens_details)?.thinking_tokens,
  };
  const searches = objectOf(places.server_tool_use)?.web_search_requests;
  const wanted = [...Object.values(named), searches].filter((place) => place !== undefined && place !== null);
  if (!wanted.every((place) => typeof place === 'number')) return undefined;
  wanted.sort((a, b) => a - b);
  const groupOf = (place: unknown) => wanted.indexOf(Number(place)) + 1;
  const pattern = woven(text, numbers, (place) => (wanted.includes(place) ? '(\\d{1,12})' : '\\d{1,12}'), escaped);
  return {
    pattern: new RegExp(pattern, 'y'),
    groups: {
      input: groupOf(named.input),
      cacheRead: groupOf(named.cacheRead),
      cacheWrite: groupOf(named.cacheWrite),
      fiveMinutes: groupOf(named.fiveMinutes),
      oneHour: groupOf(named.oneHour),
      output: groupOf(named.output),
      thinking: groupOf(named.thinking),
    },
    searches: groupOf(searches),
    like,
  };
}

/** The text with something else in each number's place, counted from 1; `keep` is done to what is between them. */
function woven(
  text: string,
  numbers: readonly RegExpExecArray[],
  instead: (place: number) => string,
  keep = (part: string) => part,
): string {
  let result = '';
  let from = 0;
  for (const [index, number] of numbers.entries()) {
    result += keep(text.slice(from, number.index)) + instead(index + 1);
    from = number.index + number[0].length;
  }
  return result + keep(text.slice(from));
}

function escaped(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}

function parse(text: string): Json | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
