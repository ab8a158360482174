/**
 * The four kinds of tokens of a run in fixed columns, so that figures line up from row to row. A figure that grew is
 * tinted for a moment, at most once a second, and only where the source told it live.
 */
import type { WireBuckets } from '@tokenmeter/core';
import { formatTokenRate } from '@tokenmeter/core/format';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { TokenText } from '../../components/token-text.tsx';
import type { TokenType } from '../../figures.ts';
import { mayFlash } from './motion.ts';
import '../../charts/charts.css';
import '../../styles/swatch.css';

const CELLS: readonly (readonly [type: TokenType, label: string])[] = [
  ['input', 'In'],
  ['output', 'Out'],
  ['cacheRead', 'Cache read'],
  ['cacheWrite', 'Cache write'],
];

interface Properties {
  readonly usage: WireBuckets | null;
  /** Part of the output is counted from its text so far. */
  readonly isEstimated: boolean;
  readonly flashes: boolean;
  /** Output tokens a minute. */
  readonly perMinute: number | null;
  readonly isIdle: boolean;
}

export function TokenCells({ usage, isEstimated, flashes, perMinute, isIdle }: Properties) {
  const rate = isIdle ? 'idle' : formatTokenRate(perMinute === null ? null : perMinute / 60);
  return (
    <dl class="token-cells">
      {CELLS.map(([type, label]) => (
        <div key={type}>
          <dt>
            <span class={`swatch type-${type}`} aria-hidden="true" />
            {label}
          </dt>
          <dd>
            {usage === null ? (
              <span class="ink-3" title="No usage was reported yet">
                —
              </span>
            ) : (
              <TokenCell
                value={countOf(usage, type)}
                type={type}
                mark={isEstimated && type === 'output' ? '~' : ''}
                flashes={flashes}
              />
            )}
          </dd>
        </div>
      ))}
      {rate && (
        <div class="token-rate">
          <dt class="sr">Pace</dt>
          <dd>{rate}</dd>
        </div>
      )}
    </dl>
  );
}

interface CellProperties {
  readonly value: number;
  readonly type: TokenType;
  readonly mark: '' | '~';
  readonly flashes: boolean;
}

const FLASH_MS = 600;
const FLASH_GAP_MS = 1_000;

function TokenCell({ value, type, mark, flashes }: CellProperties) {
  const cell = useRef<HTMLElement>(null);
  const before = useRef(value);
  const flashedAt = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    const grew = value > before.current;
    before.current = value;
    if (!grew || !flashes || !mayFlash() || performance.now() - flashedAt.current < FLASH_GAP_MS) return;
    flashedAt.current = performance.now();
    // The tint lies over the figure and only fades: nothing is painted anew while it does.
    const fade = { duration: FLASH_MS, easing: 'ease-out', pseudoElement: '::after' };
    cell.current?.animate({ opacity: [1, 0] }, fade);
  });
  return (
    <b ref={cell} class={`type-${type}`}>
      <TokenText value={value} mark={mark} />
    </b>
  );
}

function countOf(usage: WireBuckets, type: TokenType): number {
  switch (type) {
    case 'input':
      return usage.input;
    case 'output':
      return usage.output;
    case 'cacheRead':
      return usage.cache_read;
    case 'cacheWrite':
      return usage.cache_write_5m + usage.cache_write_1h;
  }
}
