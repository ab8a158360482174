/** What the generated logs are made of: ids, texts and sizes drawn from one seeded generator. */
import { type Random, seededRandom } from '../../packages/core/src/testing/random.ts';

export interface Dice extends Random {
  /** An integer near `median`, long-tailed, within [low, high]. */
  size(median: number, low: number, high: number): number;
  hex(digits: number): string;
  letters(count: number): string;
  uuid(): string;
  weighted<T>(list: readonly (readonly [T, number])[], fallback: T): T;
  /** About `length` characters of prose, code, other scripts and decoys that look like usage records. */
  text(length: number): string;
  words(count: number): string;
}

const WORDS =
  'ledger token price cache read write stream worker thread index query daily total input output return const await async result value map buffer offset build deploy server client request response route config null undefined'.split(
    ' ',
  );
const PASSAGES: readonly [string, ...string[]] = [
  '日本語のテキスト',
  'использование токенов',
  'résumé naïve façade',
  '🚀 done ✅ 𝒳 ≤ 𝒴',
  'مرحبا بالعالم',
  '\u001b[31mred\u001b[0m\ttab "quoted" C:\\Users\\dev\\a.ts',
  '{"type":"assistant","message":{"id":"msg_decoy","usage":{"input_tokens":900000,"output_tokens":90000}}}',
  '{"type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":7}}}}',
  '"usage":{"input_tokens":1',
];
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function throwDice(seed: string): Dice {
  const random = seededRandom(seed);
  const { next, int, chance, pick } = random;
  const many = (count: number, one: () => string) => Array.from({ length: count }, one).join('');
  const hex = (digits: number) => many(digits, () => int(0, 15).toString(16));
  const word = () => WORDS[int(0, WORDS.length - 1)] ?? '';
  const words = (count: number) => Array.from({ length: count }, word).join(' ');
  return {
    ...random,
    hex,
    words,
    letters: (count) => many(count, () => LETTERS[int(0, 61)] ?? 'A'),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[int(0, 3)]}${hex(3)}-${hex(12)}`,
    size: (median, low, high) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.floor(Math.min(high, Math.max(low, median * Math.exp(1.1 * normal))));
    },
    weighted: (list, fallback) => {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of list) {
        left -= weight;
        if (left < 0) return value;
      }
      return fallback;
    },
    text: (length) => {
      let text = '';
      while (text.length < length) text += chance(0.15) ? `${pick(PASSAGES)}\n` : `${words(int(3, 12))}\n`;
      return text;
    },
  };
}
