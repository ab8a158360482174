/**
 * Straight scales, and axis steps of 1, 2 or 5 times a power of ten, few enough to read: two or three labels from zero.
 * Pure. The scale of d3 would bring colours, dates and number formats along for one multiplication.
 */

/** The labelled values above zero, the last one at or over `max`; none for nothing. */
export function axisSteps(max: number, most = 3): number[] {
  if (!(max > 0)) return [];
  let power = 10 ** Math.floor(Math.log10(max / most));
  for (;;) {
    for (const digit of [1, 2, 5]) {
      const step = digit * power;
      const count = Math.ceil(max / step - 1e-9);
      if (count <= most) return Array.from({ length: count }, (_, index) => tidy(step * (index + 1)));
    }
    power *= 10;
  }
}

/** Maps [0, domain end] to a range of pixels, evenly and without bounds. */
export function linear(domain: readonly [0, number], range: readonly [number, number]): (value: number) => number {
  const [from, to] = range;
  return (value) => from + (value / domain[1]) * (to - from);
}

/** 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
