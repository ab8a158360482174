import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const css = readFileSync(fileURLToPath(new URL('theme.css', import.meta.url)), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name ?? '',
    [light ?? '', dark ?? ''] as const,
  ]),
);

/** WCAG 2 relative luminance. */
function luminance(color: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(name: string, ground: string, scheme: 0 | 1): number {
  const [a, b] = [name, ground].map((token) => luminance(tokens.get(token)?.[scheme] ?? '#000000'));
  const [high, low] = [Math.max(a ?? 0, b ?? 0), Math.min(a ?? 0, b ?? 0)];
  return (high + 0.05) / (low + 0.05);
}

const TEXT = ['ink', 'ink-2', 'ink-3', 'accent', 'warn', 'danger', 'live', 'ok', 'watch', 'near', 'critical'];
const MARKS = [...tokens.keys()].filter((name) => /^(type|kind)-/.test(name) && !name.endsWith('hatch'));
const SCHEMES = [
  ['light', 0],
  ['dark', 1],
] as const;

describe.each(SCHEMES)('the %s scheme', (_, scheme) => {
  it('knows every colour it is asked about', () => {
    expect(TEXT.filter((name) => !tokens.has(name))).toEqual([]);
    expect(MARKS.length).toBe(13);
  });

  it.each(TEXT)('gives text in %s 4.5 to 1 on cards and on the page', (name) => {
    expect(contrast(name, 'surface', scheme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(name, 'canvas', scheme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...MARKS, 'ctl', 'bar', 'warn-fill', 'danger-fill'])('gives marks in %s 3 to 1 on cards', (name) => {
    expect(contrast(name, 'surface', scheme)).toBeGreaterThanOrEqual(3);
  });

  it('gives badges 4.5 to 1 on their own ground', () => {
    expect(contrast('warn', 'warn-soft', scheme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('danger', 'danger-soft', scheme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('ink-3', 'sunken', scheme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('ink-3', 'raised', scheme)).toBeGreaterThanOrEqual(4.5);
  });
});
