/** A period as it stands within a sentence. Pure. */
import type { Period } from './period.ts';

/** `this month`, `today`, `on Nov 18`, `in October 2026`, `Nov 9 – 15`, `since Mar 2, 2025`. */
export function periodWords(period: Period): string {
  if (period.kind === 'all') return period.label.replace(/^[A-Z]/, (letter) => letter.toLowerCase());
  if (period.kind === 'range') return period.label;
  if (period.isCurrent) return period.kind === 'day' ? 'today' : `this ${period.kind}`;
  if (period.kind === 'day') return `on ${period.label}`;
  return period.kind === 'month' ? `in ${period.label}` : period.label;
}
