/** A line that holds each value until the next, as an SVG path. Pure. */

/**
 * A step line as an SVG path from the left to the right edge: a call holds until the next. Where there are more calls than
 * pixels, a column shows its largest and its last, so that peaks and drops stay.
 */
export function stepPath(values: readonly number[], width: number, y: (value: number) => number): string {
  const count = values.length;
  if (count === 0) return '';
  const step = width / count;
  let path = '';
  const put = (x: number, value: number) => {
    const [px, py] = [round(x), round(y(value))];
    path += path === '' ? `M${px} ${py}` : `H${px}V${py}`;
  };
  const columns = Math.max(1, Math.floor(width));
  if (count <= columns) {
    for (const [index, value] of values.entries()) put(index * step, value);
  } else {
    for (let column = 0; column < columns; column++) {
      const own = values.slice(Math.floor((column * count) / columns), Math.floor(((column + 1) * count) / columns));
      put(column, Math.max(...own));
      put(column + 0.5, own.at(-1) ?? 0);
    }
  }
  return `${path}H${round(width)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
