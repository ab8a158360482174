/** What consumed the period's tokens, below the fold: neither its code nor its figures are asked for before one gets there. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { loadPeriodAttribution, periodAttribution } from '../../stores/attribution.ts';
import { onLedgerChange } from '../../stores/line.ts';
import { type UsageQuestion, usageKey } from '../../stores/usage.ts';

type Card = typeof import('../../components/attribution-card.tsx')['AttributionCard'];

/** Until the charts above have their heights, all of the page is in view. */
const SETTLE_MS = 500;

export function AttributionBelow({ question }: { readonly question: UsageQuestion }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setSeen] = useState(false);
  const [Card, setCard] = useState<Card | undefined>(undefined);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      setSeen(true);
      // A function as state is taken for one that makes the state.
      void import('../../components/attribution-card.tsx').then((module) => setCard(() => module.AttributionCard));
    });
    const { current } = place;
    const timer = setTimeout(() => observer.observe(current), SETTLE_MS);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);
  const key = usageKey(question);
  const load = (force: boolean) => void loadPeriodAttribution(question, force);
  useEffect(() => {
    if (isSeen) load(false);
  }, [key, isSeen]);
  useEffect(() => {
    if (!isSeen || !question.period.isCurrent) return;
    return onLedgerChange(() => load(true));
  }, [key, isSeen]);
  return (
    <div ref={place} class="attribution-below">
      {Card && <Card held={periodAttribution.state.value} first="tokens" onRetry={() => load(true)} />}
    </div>
  );
}
