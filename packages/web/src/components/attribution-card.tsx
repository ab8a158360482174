/** The attribution chart as a card of a page: it loads on its own, fails on its own, and is absent where nothing was used. */
import type { WireAttribution } from '@tokenmeter/core';
import type { AttributionMode } from '../charts/attribution.ts';
import type { Held } from '../stores/resource.ts';
import { AttributionChart } from './attribution-chart.tsx';
import { ErrorCard, Skeleton } from './states.tsx';
import { usePhase } from './use-phase.ts';

interface Properties {
  readonly held: Held<WireAttribution>;
  readonly first: AttributionMode;
  readonly onRetry: () => void;
}

export function AttributionCard({ held, first, onRetry }: Properties) {
  const phase = usePhase(held);
  if (phase === 'failed' && held.failure) return <ErrorCard failure={held.failure} onRetry={onRetry} />;
  if (held.data?.state === 'no_usage' || phase === 'blank') return null;
  return (
    <section class="card attribution-card" aria-labelledby="attribution-title" aria-busy={phase === 'dimmed'}>
      {held.data && phase !== 'skeleton' ? (
        <AttributionChart answer={held.data} first={first} headingId="attribution-title" withItems />
      ) : (
        <>
          <h2 id="attribution-title" class="sr">
            What consumed the tokens
          </h2>
          <div class="attribution-wait">
            <Skeleton width="180px" height="18px" />
            <Skeleton height="12px" />
            <Skeleton height="96px" />
          </div>
        </>
      )}
    </section>
  );
}
