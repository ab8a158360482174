import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedWindow, bareName, familyOf, spellings } from './model-name.ts';

describe('spellings()', () => {
  it.each([
    ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1'],
    ['claude-opus-4-1@20250805', 'claude-opus-4-1-20250805'],
    ['gpt-4o-20240513', 'gpt-4o-2024-05-13'],
    ['gpt-5.2-2025-12-11', 'gpt-5.2'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet'],
    ['us.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-5'],
    ['openrouter/anthropic/claude-opus-5', 'anthropic/claude-opus-5'],
    ['claude-opus-4.5', 'claude-opus-4-5'],
    ['claude-opus-5[1m]', 'claude-opus-5'],
  ])('of %s hold %s', (name, other) => {
    expect(spellings(name)).toContain(other);
  });

  it('keep versions that look like decorations', () => {
    expect(spellings('deepseek-v3')).not.toContain('deepseek');
    expect(spellings('composer-2.5[fast=true]')).not.toContain('composer-2.5');
  });

  it('end, without the name itself, for any name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(spellings(name)).not.toContain(name);
      }),
    );
  });
});

it('bareName() is the same for all spellings of a model', () => {
  const names = [
    'claude-opus-4.5',
    'anthropic/claude-opus-4-5-20251101',
    'global.anthropic.claude-opus-4-5-20251101-v1:0',
  ];
  expect(new Set(names.map(bareName))).toEqual(new Set(['claude-opus-4-5']));
});

it('familyOf() is the leading word', () => {
  expect(['openai/gpt-7', 'claude-x', '<synthetic>'].map(familyOf)).toEqual(['gpt', 'claude', '']);
});

it('askedWindow() reads the window a name asks for', () => {
  expect(['claude-opus-5[1m]', 'x[200k]', 'x'].map(askedWindow)).toEqual([1_000_000, 200_000, undefined]);
});
