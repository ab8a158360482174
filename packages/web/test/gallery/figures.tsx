/** Figures and meters: money, tokens, context, cost. */
import { ContextMeter } from '../../src/components/context-meter.tsx';
import { MoneyText, PriceBadge } from '../../src/components/money-text.tsx';
import { TokenMeter } from '../../src/components/token-meter.tsx';
import { TokenText } from '../../src/components/token-text.tsx';
import { CostMeter } from '../../src/views/live/cost-meter.tsx';
import { runCost } from '../../src/views/live/run-cost.ts';
import { buckets, makeCap, makeRun, spend } from '../../src/views/live/run-fixture.ts';
import { TokenCells } from '../../src/views/live/token-cells.tsx';
import { ContextShare } from '../../src/views/sessions/context-share.tsx';
import { DOCS, FLAKY, PRICES, WAL } from '../live-fixture.ts';
import type { Specimen } from './specimen.ts';
import '../../src/styles/session.css';

const tokens = { input: 38_600, output: 71_500, cacheRead: 3_060_000, cacheWrite: 274_000 };
const costOf = (run: typeof WAL) => <CostMeter run={run} cost={runCost(run, {})} />;
const cells = (changes: Partial<Parameters<typeof TokenCells>[0]>) => (
  <TokenCells usage={WAL.usage} isEstimated={false} flashes={false} perMinute={3_660} isIdle={false} {...changes} />
);

export const FIGURES: readonly Specimen[] = [
  {
    name: 'MoneyText',
    states: {
      whole: () => <MoneyText nano={468_180_000_000n} />,
      small: () => <MoneyText nano={4_000_000n} />,
      nothing: () => <MoneyText nano={0n} />,
      unknown: () => <MoneyText nano={null} />,
      'on an axis': () => <MoneyText nano={600_000_000_000n} precision="axis" />,
    },
  },
  {
    name: 'PriceBadge',
    states: {
      'no price': () => <PriceBadge nano={null} unpricedTokens={1_898_800} />,
      partly: () => <PriceBadge nano={1n} unpricedTokens={1_898_800} />,
      'partly, short': () => <PriceBadge nano={1n} unpricedTokens={1_898_800} short />,
    },
  },
  {
    name: 'TokenText',
    states: {
      small: () => <TokenText value={7} />,
      large: () => <TokenText value={525_123_456} />,
      estimated: () => <TokenText value={14_200} mark="~" />,
    },
  },
  {
    name: 'ContextMeter',
    states: {
      ok: () => <ContextMeter label="Context" used={128_000} window={200_000} compactsAt={0.92} />,
      watch: () => <ContextMeter label="Context" used={154_000} window={200_000} compactsAt={0.92} />,
      critical: () => <ContextMeter label="Context" used={191_000} window={200_000} compactsAt={0.92} />,
      'peak and end': () => <ContextMeter label="Context peak" used={191_000} window={200_000} now={41_000} />,
      'window unknown': () => <ContextMeter label="Context" used={20_200} window={null} />,
      unknown: () => <ContextMeter label="Context" used={null} window={null} />,
    },
  },
  {
    name: 'ContextShare',
    states: {
      ok: () => (
        <ContextShare used={40_000} window={200_000}>
          20%
        </ContextShare>
      ),
      critical: () => (
        <ContextShare used={194_000} window={200_000}>
          97%
        </ContextShare>
      ),
      unknown: () => (
        <ContextShare used={null} window={null}>
          —
        </ContextShare>
      ),
    },
  },
  {
    name: 'CostMeter',
    states: {
      'own and sub-agents': () => costOf(WAL),
      'no cap': () => costOf(FLAKY),
      'near its cap': () => costOf(PRICES),
      estimated: () => costOf(makeRun({ cap: makeCap('8', '3.82'), estimated_tokens: 400 })),
      'no price': () => costOf(DOCS),
      'no usage yet': () => costOf(makeRun({ usage: null, spend: spend(null), own_cost_usd: null })),
    },
  },
  {
    name: 'TokenMeter',
    isWide: true,
    states: {
      whole: () => <TokenMeter tokens={tokens} total={3_444_100} mark="" />,
      estimated: () => <TokenMeter tokens={tokens} total={3_444_100} mark="~" />,
    },
  },
  {
    name: 'TokenCells',
    isWide: true,
    states: {
      working: () => cells({}),
      estimated: () => cells({ isEstimated: true }),
      idle: () => cells({ isIdle: true }),
      'without cache writes': () => cells({ usage: buckets(388_000, 29_700, 5_410_000, 0) }),
      'no usage yet': () => cells({ usage: null, perMinute: null }),
    },
  },
];
