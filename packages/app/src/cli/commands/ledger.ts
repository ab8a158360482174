/** `tokenmeter verify`, `backup`, `forget`, `retention`: care for the ledger itself. */
import { addDays, dayKey, startOfDay, TokenmeterError, type VerifyReport, wireInstant } from '@tokenmeter/core';
import { formatCount, formatDate, formatPlural } from '@tokenmeter/core/format';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { wrap } from '../width.ts';
import { withHouse } from '../with-house.ts';
import { findSession } from './session.ts';

export const verify = defineVerb({
  name: 'verify',
  summary: 'Check the ledger against itself',
  args: {
    ...COMMON,
    json: FIGURES.json,
    rebuild: { type: 'boolean', description: 'Make every rollup anew from the calls first' },
  },
  run: (args, cli) =>
    withHouse(cli, { ...args, readOnly: !args.rebuild }, async ({ house, io, screen, now, say }) => {
      if (args.rebuild) await house.ledger.rebuild();
      const report = await house.ledger.verify();
      if (args.json)
        await io.out(
          `${JSON.stringify({ schema: 'tokenmeter.verify/1', generated_at: wireInstant(now), ...wireOf(report) })}\n`,
        );
      else {
        const lines = report.checks.flatMap(({ name, ok, detail }) =>
          wrap(`${ok ? 'ok  ' : '!!  '}${name}${detail ? `: ${detail}` : ''}`, screen.width, '    ').map((line) =>
            screen.paint(ok ? undefined : 'over', line),
          ),
        );
        await say([...lines, verdictOf(report)]);
      }
      return report.ok ? EXIT.ok : EXIT.error;
    }),
});

function wireOf({ ok, calls, folded, checks }: VerifyReport) {
  return {
    ok,
    calls,
    folded: folded ?? 0,
    checks: checks.map(({ mendedBy, ...check }) => ({ ...check, mended_by: mendedBy ?? null })),
  };
}

function verdictOf({ ok, calls, folded = 0, checks }: VerifyReport): string {
  const more = folded === 0 ? '' : `, and ${formatCount(folded)} more folded into totals`;
  if (ok) return `The ledger is sound: ${formatPlural(calls, 'call')}${more}.`;
  // Sums made anew from wrong calls would only hide it.
  return checks.some((check) => !check.ok && check.mendedBy !== 'rebuild')
    ? 'Calls themselves are wrong. Put a backup back with tokenmeter restore FILE, or move ledger.db away and let the logs be read again.'
    : 'The calls are sound, sums of them are not. tokenmeter verify --rebuild makes the sums anew from the calls.';
}

export const backup = defineVerb({
  name: 'backup',
  summary: 'Copy the ledger to a file, also while a server runs',
  args: {
    file: { type: 'positional', required: true, description: 'File to write; an older backup there is replaced' },
    ...COMMON,
  },
  run: (args, cli) =>
    withHouse(cli, { ...args, readOnly: true }, async ({ house, say }) => {
      const { calls } = await house.ledger.backup(args.file);
      await say(
        `Wrote ${formatPlural(calls, 'call')} to ${args.file}. tokenmeter restore ${args.file} brings them back.`,
      );
      return EXIT.ok;
    }),
});

export const forget = defineVerb({
  name: 'forget',
  summary: 'Delete a session and its totals',
  args: {
    id: { type: 'positional', required: true, description: 'Id of the session, or its beginning' },
    yes: { type: 'boolean', description: 'Do it; without this only what would go is told' },
    ...COMMON,
  },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, say } = visit;
      const { summary } = await findSession(visit, args.id);
      const calls = formatPlural(summary.totals.calls, 'call');
      if (!args.yes) {
        await say(
          `Session ${summary.sessionId} has ${calls}. They and their totals would be deleted, and its logs not read again.\nNothing was deleted. Add --yes to do it.`,
        );
        return EXIT.ok;
      }
      const { calls: gone } = await house.ledger.forget(summary.sessionId);
      await say(`Deleted ${formatPlural(gone, 'call')} of session ${summary.sessionId}. Its logs are not read again.`);
      return EXIT.ok;
    }),
});

export const retention = defineVerb({
  name: 'retention',
  summary: 'Fold old calls into totals',
  args: {
    days: { type: 'positional', required: true, description: 'Days of detail to keep, or "show"' },
    yes: { type: 'boolean', description: 'Do it; without this only what would happen is told' },
    ...COMMON,
  },
  examples: ['tokenmeter retention show', 'tokenmeter retention 180 --yes'],
  run: (args, cli) =>
    withHouse(cli, args, async ({ house, now, say }) => {
      const { tz, locale } = house.config;
      const facts = await house.ledger.facts();
      if (args.days === 'show') {
        const first =
          facts.firstCallAt === null
            ? 'none yet'
            : `the oldest from ${formatDate(facts.firstCallAt, { now, tz, locale })}`;
        await say(
          `${formatPlural(facts.calls, 'call')} in the ledger, ${first}. Nothing is folded or deleted unless you ask.`,
        );
        return EXIT.ok;
      }
      if (!/^\d{1,5}$/.test(args.days) || Number(args.days) < 1)
        throw new TokenmeterError(
          'usage',
          `Cannot keep "${args.days}" days of detail, write a whole number above 0, or show`,
        );
      const before = startOfDay(addDays(dayKey(now, tz), 1 - Number(args.days)), tz);
      const day = formatDate(before, { now, tz, locale });
      if (!args.yes) {
        await say(
          `Calls before ${day} would be folded into totals: sums stay, single calls and their tools go.\nNothing was changed. Add --yes to do it.`,
        );
        return EXIT.ok;
      }
      const { calls } = await house.ledger.retain(before);
      await say(`Folded ${formatPlural(calls, 'call')} from before ${day} into totals. Every total stays what it was.`);
      return EXIT.ok;
    }),
});
