/**
 * Steps of colour that do not flicker: a live meter goes up at the line and comes down only two points below it. Pages
 * that load a figure use the plain rule. Pure.
 */
import { capLevel, contextLevel, type Level } from '@tokenmeter/core/format';

const SLACK = 0.02;
const ORDER: readonly Level[] = ['ok', 'watch', 'near', 'critical'];

/** The level of a ratio, given the one that is shown. */
function holdLevel<T extends Level>(plain: (ratio: number) => T, ratio: number, before: T | undefined): T {
  const now = plain(ratio);
  if (before === undefined || ORDER.indexOf(now) >= ORDER.indexOf(before)) return now;
  const slack = plain(ratio + SLACK);
  return ORDER.indexOf(slack) >= ORDER.indexOf(before) ? before : slack;
}

export const holdContextLevel = (ratio: number, before: ReturnType<typeof contextLevel> | undefined) =>
  holdLevel(contextLevel, ratio, before);

export const holdCapLevel = (ratio: number, before: Level | undefined) =>
  holdLevel((value) => capLevel(value), ratio, before);
