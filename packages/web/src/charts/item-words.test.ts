import { describe, expect, it } from 'vitest';
import { largestNamed, shortItem, unnamedItem } from './item-words.ts';

const item = (kind: string, tool: string | null = null, name: string | null = null) => ({ kind, tool, name });

describe('largestNamed()', () => {
  it('passes over what is no file, command or result: nobody reads less of a prompt', () => {
    const read = item('read', 'Read', 'pnpm-lock.yaml');
    expect(largestNamed([item('system'), item('user'), read, item('shell', 'Bash')])).toBe(read);
    expect(largestNamed([item('system'), item('model_text')])).toBeUndefined();
  });
});

describe('unnamedItem()', () => {
  it('says what it is', () => {
    expect(unnamedItem(item('shell', 'Bash'))).toBe('one Bash result');
    expect(unnamedItem(item('user'))).toBe('one of your messages');
    expect(unnamedItem(item('model_text'))).toBe('one reply');
    expect(unnamedItem(item('skill'))).toMatch(/^a piece of /);
  });
});

describe('shortItem()', () => {
  it('keeps the end of a long path, and short ones and commands as they are', () => {
    expect(shortItem('/home/dev/code/storefront/src/export/daily.ts')).toBe('…/export/daily.ts');
    expect(shortItem('C:\\work\\shop\\src\\cart.ts')).toBe('…/src/cart.ts');
    expect(shortItem('./src/store.ts')).toBe('./src/store.ts');
    expect(shortItem('npm')).toBe('npm');
  });
});
