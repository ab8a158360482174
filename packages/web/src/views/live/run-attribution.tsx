/** The 4 px under a run: what consumed its tokens, by kind. From the run's own frames, else asked for as it moves on. */
import type { WireAttribution, WireLiveRun } from '@tokenmeter/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { attributionRows, liveRows } from '../../charts/attribution.ts';
import { AttributionBar } from '../../charts/attribution-bar.tsx';
import { askAttribution, runAttributionPath } from '../../stores/attribution.ts';

/** At most one question a run in this time, however fast it ticks. */
const ASK_MS = 5_000;

export function RunAttribution({ run, title }: { readonly run: WireLiveRun; readonly title: string }) {
  const asked = useAsked(run.usage_by_tool ? null : runAttributionPath(run), run.seq);
  const rows = run.usage_by_tool ? liveRows(run.usage_by_tool) : asked ? attributionRows(asked, 'tokens') : [];
  return (
    <div class="run-attribution">
      <AttributionBar rows={rows} label={`What consumed the tokens of ${title}`} size="row" />
    </div>
  );
}

/** The latest answer about the run; undefined before the first, and kept where a later question fails. */
function useAsked(path: string | null, seq: number): WireAttribution | undefined {
  const [answer, setAnswer] = useState<WireAttribution | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const askedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (path === null || timer.current !== undefined) return;
    const wait = Math.max(0, askedAt.current + ASK_MS - performance.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      // Nobody looks: the next tick asks.
      if (document.visibilityState === 'hidden') return;
      askedAt.current = performance.now();
      askAttribution(path).then(setAnswer, () => undefined);
    }, wait);
  }, [path, seq]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return answer;
}
