/** The lines below a report: what has no price and how to give it one, and what to do when there is nothing to show. */
import type { LedgerReader } from '@tokenmeter/core';
import { formatDate, formatTokens } from '@tokenmeter/core/format';
import { type Period, periodHeading } from './period.ts';
import { printable } from './width.ts';
import type { Visit } from './with-house.ts';

const MOST_MODELS = 3;

/** One line for each model without a price: `? 1.9M tokens on gemini-3-flash have no price. tokenmeter prices set ...`. */
export async function unpricedNotes(ledger: LedgerReader, since?: number, until?: number): Promise<string[]> {
  const models = (await ledger.models(since, until))
    .filter(({ unpricedTokens }) => unpricedTokens > 0)
    .sort((a, b) => b.unpricedTokens - a.unpricedTokens);
  const notes = models
    .slice(0, MOST_MODELS)
    .map(({ model, unpricedTokens }) =>
      model === ''
        ? `? ${formatTokens(unpricedTokens)} tokens of unnamed models have no price`
        : `? ${formatTokens(unpricedTokens)} tokens on ${printable(model)} have no price. tokenmeter prices set ${printable(model)}`,
    );
  const rest = models.length - MOST_MODELS;
  return rest > 0 ? [...notes, `? ${rest} more models without a price: tokenmeter models`] : notes;
}

/** What to say instead of an empty table. */
export async function emptyNotes({ house, now }: Visit, period: Period): Promise<string[]> {
  const { firstCallAt, calls } = await house.ledger.facts();
  if (calls > 0 && firstCallAt !== null) {
    // There is usage, and no period left it out: what was asked for is not among it.
    if (period.since === undefined && period.until === undefined)
      return ['Nothing that was recorded is of what was asked for: check --agent, --model, --project and --session.'];
    const first = formatDate(firstCallAt, { now, tz: period.tz, locale: house.config.locale });
    return [
      `No usage in ${periodHeading(period, now, house.config.locale)}. The first recorded day is ${first}.`,
      'Show everything: --period all',
    ];
  }
  const roots = await house.ingest.roots();
  const found = roots.filter(({ exists }) => exists);
  return [
    `No usage yet. ${found.length} of ${roots.length} places where agents keep their logs exist on this machine.`,
    ...roots.map(
      ({ path, exists, error }) => `  ${error ? 'not read  ' : exists ? 'empty     ' : 'not found '} ${path}`,
    ),
  ];
}
