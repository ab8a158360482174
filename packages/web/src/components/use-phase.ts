/**
 * What to draw while an answer is on its way: nothing at first, then the skeleton, never a flash of it; the old figures
 * dimmed while another question is asked, for three seconds at most.
 */
import { useEffect, useState } from 'preact/hooks';
import type { Held } from '../stores/resource.ts';

export type Phase = 'blank' | 'skeleton' | 'ready' | 'dimmed' | 'failed';

const BEFORE_SKELETON_MS = 150;
const LEAST_SKELETON_MS = 300;
const LONGEST_DIM_MS = 3_000;

export function usePhase<T>(held: Held<T>): Phase {
  const isOther = held.data !== undefined && held.asking !== undefined && held.asking !== held.key;
  const wants = wanted(held, useAfter(held.data === undefined, BEFORE_SKELETON_MS), useAfter(isOther, LONGEST_DIM_MS));
  // A skeleton once shown stays long enough to be seen.
  const [skeletonAt, setSkeletonAt] = useState<number | undefined>(undefined);
  useEffect(() => {
    if (wants === 'skeleton' && skeletonAt === undefined) setSkeletonAt(Date.now());
    if (wants === 'skeleton' || skeletonAt === undefined) return;
    const timer = setTimeout(() => setSkeletonAt(undefined), Math.max(0, skeletonAt + LEAST_SKELETON_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [wants, skeletonAt]);
  return skeletonAt !== undefined && wants !== 'failed' ? 'skeleton' : wants;
}

function wanted<T>(held: Held<T>, isLate: boolean, isDimLong: boolean): Phase {
  const isOther = held.asking !== undefined && held.asking !== held.key;
  // A failed refresh of what is on screen keeps it: the status says how old it is.
  if (held.failure && held.asking === undefined && (held.data === undefined || held.failedKey !== held.key))
    return 'failed';
  if (held.data === undefined) return isLate ? 'skeleton' : 'blank';
  if (!isOther) return 'ready';
  return isDimLong ? 'skeleton' : 'dimmed';
}

/** True once `isOn` has held for so long. */
function useAfter(isOn: boolean, ms: number): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    setOver(false);
    if (!isOn) return;
    const timer = setTimeout(() => setOver(true), ms);
    return () => clearTimeout(timer);
  }, [isOn, ms]);
  return isOn && isOver;
}
