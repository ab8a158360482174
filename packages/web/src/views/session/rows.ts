/** Which rows of a long list are near the window, when rows have different heights. Pure arithmetic. */

/** Where each row begins, in px, and after the last one where the list ends: one entry more than rows. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = [0];
  for (const height of heights) offsets.push((offsets.at(-1) ?? 0) + height);
  return offsets;
}

export interface RowRange {
  /** First row and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** Rows that touch [top, bottom) of the list, in px, and some around them. */
export function rowsBetween(offsets: readonly number[], top: number, bottom: number, around = 12): RowRange {
  const rows = offsets.length - 1;
  const from = Math.max(0, rowAt(offsets, top) - around);
  const to = Math.min(rows, rowAt(offsets, Math.max(top, bottom - 1)) + 1 + around);
  return { from, to: Math.max(from, to) };
}

/** The row at a height; the first above the list, the last below it. */
export function rowAt(offsets: readonly number[], y: number): number {
  let [low, high] = [0, Math.max(0, offsets.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
