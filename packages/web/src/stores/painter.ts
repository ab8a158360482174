/** Paints when asked, at most once in a while, inside an animation frame, and not while nobody sees the tab. */

export interface Painter {
  request(): void;
}

/** `gapMs`: the least time between two paintings, asked each time. */
export function makePainter(paint: () => void, gapMs: () => number): Painter {
  let lastAt = Number.NEGATIVE_INFINITY;
  let isWaiting = false;
  const frame = () => {
    isWaiting = false;
    lastAt = performance.now();
    paint();
  };
  const wait = () => {
    // Frames stand still in a hidden tab; this keeps even the timer from running.
    if (document.visibilityState === 'hidden') {
      document.addEventListener('visibilitychange', () => requestAnimationFrame(frame), { once: true });
      return;
    }
    const ms = lastAt + gapMs() - performance.now();
    if (ms <= 0) requestAnimationFrame(frame);
    else setTimeout(() => requestAnimationFrame(frame), ms);
  };
  return {
    request() {
      if (isWaiting) return;
      isWaiting = true;
      wait();
    },
  };
}
