/** Charts, each alone, with figures that show what it can draw. */
import { AreaLine } from '../../src/charts/area-line.tsx';
import { BurnUp } from '../../src/charts/burn-up.tsx';
import { ContextGraph } from '../../src/charts/context-graph.tsx';
import { DayStrip, type StripBar } from '../../src/charts/day-strip.tsx';
import { MiniBars } from '../../src/charts/mini-bars.tsx';
import { StackedBar } from '../../src/charts/stacked-bar.tsx';
import { ThresholdRing } from '../../src/charts/threshold-ring.tsx';
import { AttributionChart } from '../../src/components/attribution-chart.tsx';
import { answerAttribution } from '../attribution-fixture.ts';
import type { Specimen } from './specimen.ts';

const DAYS = [6, 18, 22, 26, 23, 28, 10, 6, 26, 29, 27, 25, 32, 9, 5, 29, 33, 27, 35, 31, 18];
const points = [0, ...DAYS].map((_, day) => ({
  day,
  dollars: DAYS.slice(0, day).reduce((sum, dollars) => sum + dollars, 0),
}));
const bars: readonly StripBar[] = Array.from({ length: 30 }, (_, index) => {
  const total = DAYS[index] ?? 0;
  return {
    key: String(index + 1),
    state: index < 20 ? 'past' : index === 20 ? 'current' : 'future',
    parts: ['cacheRead', 'cacheWrite', 'input', 'output'].map((type, at) => ({
      class: `type-${type}`,
      amount: (total * (4 - at)) / 10,
    })),
    total,
    axis: index % 5 === 4 ? String(index + 1) : undefined,
    label: `Nov ${index + 1}: $${total}`,
    href: index < 20 ? '#' : undefined,
    tip: () => `Nov ${index + 1}: $${total}`,
  };
});
const ring = (ratio: number | null, level: string) => (
  <ThresholdRing ratio={ratio} level={level} warnAt={0.7} of="of $600" label={`${ratio ?? 'No'} limit`} />
);
const graph = [21, 27, 38, 41, 60, 96, 120, 41, 52, 88].map((thousands, index) => ({
  id: `call-${index}`,
  value: thousands * 1_000,
  isCompacted: index === 7,
}));
const burnUp = (changes: Partial<Parameters<typeof BurnUp>[0]>) => (
  <BurnUp
    points={points}
    days={30}
    marks={[
      { day: 0, label: 'Nov 1' },
      { day: 21, label: '21', isStrong: true },
      { day: 30, label: '30' },
    ]}
    level="none"
    label="Spend of November"
    {...changes}
  />
);
const attribution = (scope: string, change: Parameters<typeof answerAttribution>[2] = {}) =>
  answerAttribution(new URLSearchParams({ scope }), true, change);

export const CHARTS: readonly Specimen[] = [
  {
    name: 'ThresholdRing',
    states: {
      'no limit': () => ring(null, 'none'),
      ok: () => ring(0.42, 'ok'),
      watch: () => ring(0.78, 'watch'),
      near: () => ring(0.9, 'near'),
      critical: () => ring(1.17, 'critical'),
    },
  },
  {
    name: 'BurnUp',
    isWide: true,
    states: {
      'crosses its cap': () =>
        burnUp({
          level: 'watch',
          cap: { dollars: 600, label: '$600' },
          forecast: { dollars: 691, label: '$691', crossesAt: 26.5 },
        }),
      'no cap': () => burnUp({ forecast: { dollars: 691, label: '$691' } }),
      'over, no forecast': () => burnUp({ level: 'critical', cap: { dollars: 300, label: '$300' } }),
    },
  },
  {
    name: 'StackedBar',
    states: {
      'four types': () => (
        <StackedBar
          label="Tokens by type"
          parts={[466, 18, 33, 8].map((weight, index) => ({
            class: `type-${['cacheRead', 'cacheWrite', 'input', 'output'][index]}`,
            weight,
            title: String(weight),
          }))}
        />
      ),
      'one type': () => <StackedBar label="Output" parts={[{ class: 'type-output', weight: 1, title: '1' }]} />,
    },
  },
  {
    name: 'MiniBars',
    states: {
      'a month': () => <MiniBars values={DAYS} />,
      'few days with use': () => <MiniBars values={[0, 0, 5, 0, 9, 0, 0]} />,
    },
  },
  {
    name: 'AreaLine',
    states: { 'an hour': () => <AreaLine values={DAYS} label="Spend" describe={(index) => `${DAYS[index]}`} /> },
  },
  {
    name: 'DayStrip',
    isWide: true,
    states: {
      'a month with an allowance': () => (
        <DayStrip bars={bars} formatTick={(amount) => `$${amount}`} allowance={20} label="Cost per day" />
      ),
      'no allowance': () => <DayStrip bars={bars} formatTick={(amount) => `$${amount}`} label="Spend per day" />,
    },
  },
  {
    name: 'ContextGraph',
    isWide: true,
    states: Object.fromEntries(
      (
        [
          ['with a limit, compacted', 200_000, undefined],
          ['no limit, one selected', undefined, 'call-5'],
        ] as const
      ).map(([label, limit, selected]) => [
        label,
        () => (
          <ContextGraph
            points={graph}
            limit={limit}
            selected={selected}
            label={`Context by call, ${label}`}
            describe={(index) => `Call ${index + 1}`}
            onSelect={() => {}}
          />
        ),
      ]),
    ),
  },
  {
    name: 'AttributionChart',
    isWide: true,
    states: {
      tokens: () => <AttributionChart answer={attribution('period')} first="tokens" headingId="a-tokens" withItems />,
      cost: () => <AttributionChart answer={attribution('session')} first="cost" headingId="a-cost" />,
      'no usage': () => (
        <AttributionChart
          answer={attribution('period', { state: 'no_usage', groups: [] })}
          first="tokens"
          headingId="a-none"
        />
      ),
    },
  },
];
