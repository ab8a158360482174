import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LineReader } from './lines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-lines-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(bytes: Buffer, chunk: number, from = 0) {
  const path = join(folder, 'log.jsonl');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  const lines: { text: string; offset: number }[] = [];
  try {
    const result = await new LineReader(chunk).read(fd, from, bytes.length, {
      onLine: (line, offset) => void lines.push({ text: line.text(0, line.length), offset }),
      onTooLong: () => {},
      onChunk: () => {},
    });
    return { lines, offset: result.offset, rest: result.rest?.text(0, result.rest.length) };
  } finally {
    closeSync(fd);
  }
}

test('read() yields the same whole lines whatever the size of its buffer, and never splits a character', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constant('日本語'.repeat(40))), {
        maxLength: 20,
      }),
      fc.integer({ min: 1, max: 70 }),
      fc.boolean(),
      async (texts, chunk, endsWithNewline) => {
        const clean = texts.map((text) => text.replaceAll('\n', ' ')).filter((text) => text !== '');
        const whole = Buffer.from(clean.join('\n') + (endsWithNewline && clean.length > 0 ? '\n' : ''));
        const { lines, rest, offset } = await read(whole, chunk);
        const seen = [...lines.map((line) => line.text), ...(rest === undefined ? [] : [rest])];
        expect(seen).toEqual(clean);
        expect(offset).toBe(whole.length - Buffer.byteLength(rest ?? ''));
      },
    ),
    { numRuns: 150 },
  );
});

test('read() tells the offset after each newline, so that reading can go on from any of them', async () => {
  const whole = Buffer.from('one\ntwo\n\nthree\nfo');
  const { lines, rest } = await read(whole, 4);
  for (const [index, line] of lines.entries()) {
    const again = await read(whole, 4, line.offset);
    expect(again.lines.map(({ text }) => text)).toEqual(lines.slice(index + 1).map(({ text }) => text));
    expect(again.rest).toBe(rest);
  }
});
