/**
 * `tokenmeter doctor`: what was found, what was skipped and why, and what in the figures is not exact and why. It changes
 * nothing but what any command changes: it reads what is new in the logs.
 */
import { type ModelUse, totalTokens, wireInstant } from '@tokenmeter/core';
import {
  agentName,
  formatCount,
  formatPlural,
  formatShare,
  formatTokens,
  formatUnread,
  modelName,
} from '@tokenmeter/core/format';
import { shortPath } from '../usage-report.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { printable, wrap } from '../width.ts';
import { type Visit, withHouse } from '../with-house.ts';

interface Finding {
  readonly topic: 'sources' | 'skipped' | 'prices' | 'certainty' | 'config';
  readonly level: 'ok' | 'note' | 'problem';
  readonly text: string;
}

export const doctor = defineVerb({
  name: 'doctor',
  summary: 'What was found, what was skipped and why, what is not exact and why',
  args: { ...COMMON, scan: FIGURES.scan, json: FIGURES.json },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, screen, now, say } = visit;
      const findings = await examine(visit);
      if (args.json) {
        await io.out(
          `${JSON.stringify({ schema: 'tokenmeter.doctor/1', generated_at: wireInstant(now), findings })}\n`,
        );
      } else {
        const mark = { ok: ' ', note: '~', problem: '!' };
        const role = { ok: undefined, note: undefined, problem: 'watch' } as const;
        const lines = [
          `Tokenmeter ${house.version}, ${house.config.tz}, data in ${shortPath(house.dataDir, house.machine.home)}`,
        ];
        for (const topic of ['sources', 'skipped', 'prices', 'certainty', 'config'] as const) {
          const own = findings.filter((finding) => finding.topic === topic);
          if (own.length === 0) continue;
          lines.push('', screen.paint('bold', TITLES[topic]));
          lines.push(
            ...own.flatMap(({ level, text }) =>
              wrap(screen.plain(`${mark[level]} ${printable(text)}`), screen.width).map((line) =>
                screen.paint(role[level], line),
              ),
            ),
          );
        }
        await say(lines);
      }
      return EXIT.ok;
    }),
});

const TITLES = {
  sources: 'Sources',
  skipped: 'Skipped lines',
  prices: 'Prices',
  certainty: 'How exact it is',
  config: 'Settings',
};

async function examine(visit: Visit): Promise<Finding[]> {
  const { house } = visit;
  const models = await house.ledger.models();
  return [
    ...(await sourceFindings(visit)),
    ...(await skipFindings(visit)),
    ...priceFindings(models, (await house.ledger.facts()).priceVersion),
    ...(await certaintyFindings(visit)),
    ...house.warnings.map((text): Finding => ({ topic: 'config', level: 'problem', text })),
  ];
}

async function sourceFindings({ house }: Visit): Promise<Finding[]> {
  const roots = await house.ingest.roots();
  const statuses = await house.ledger.sources();
  return house.agents.flatMap((agent): Finding[] => {
    const own = roots.filter((root) => root.agent === agent.id);
    const wrong = own.find(({ error }) => error !== undefined);
    const places = own.map(({ path }) => shortPath(path, house.machine.home)).join(', ');
    if (!own.some(({ exists }) => exists))
      return [{ topic: 'sources', level: 'ok', text: `${agent.name}: not found. Looked in ${places}` }];
    const status = statuses.find((one) => one.agent === agent.id);
    const files = formatPlural(status?.files ?? 0, 'file');
    const read: Finding = {
      topic: 'sources',
      level: 'ok',
      text: `${agent.name}: ${files}, ${formatPlural(status?.calls ?? 0, 'call')}`,
    };
    return wrong ? [read, { topic: 'sources', level: 'problem', text: `${agent.name}: ${wrong.error}` }] : [read];
  });
}

async function skipFindings({ house }: Visit): Promise<Finding[]> {
  return (await house.ledger.sources()).flatMap(
    ({ agent, lines, skippedDamaged, skippedUnknown, unread }): Finding[] => {
      const of = `of ${formatCount(lines)}`;
      const found: Finding[] = [];
      if (skippedDamaged > 0)
        found.push({
          topic: 'skipped',
          level: 'note',
          text: `${agentName(agent)}: ${formatCount(skippedDamaged)} ${of} lines are not whole JSON: cut by a crash or a full disk`,
        });
      if (skippedUnknown > 0)
        found.push({
          topic: 'skipped',
          level: 'problem',
          text: `${agentName(agent)}: ${formatCount(skippedUnknown)} ${of} lines have a shape this version does not know: their usage is not counted`,
        });
      for (const why of new Set(unread.map((log) => log.why))) {
        const [first, ...others] = unread.filter((log) => log.why === why);
        found.push({
          topic: 'skipped',
          level: 'problem',
          text: `${agentName(agent)}: ${shortPath(first?.path ?? '', house.machine.home)}${others.length > 0 ? ` and ${formatPlural(others.length, 'other log')}` : ''}: ${formatUnread(why)}`,
        });
      }
      return found;
    },
  );
}

function priceFindings(models: readonly ModelUse[], version: string): Finding[] {
  const missing = models.filter(({ unpricedTokens }) => unpricedTokens > 0);
  const guessed = models.filter(({ priceMatch }) => priceMatch === 'family');
  const found: Finding[] = [
    ...missing.map(
      ({ model, agent, unpricedTokens }): Finding => ({
        topic: 'prices',
        level: 'problem',
        text: `${model || 'An unnamed model'} (${agentName(agent)}): no price for ${formatTokens(unpricedTokens)} tokens${model ? `. tokenmeter prices set ${model}` : ''}`,
      }),
    ),
    ...guessed.map(
      ({ model, agent, priceId }): Finding => ({
        topic: 'prices',
        level: 'note',
        text: `${modelName(model)} (${agentName(agent)}): priced like its family, with ${priceId}. A guess`,
      }),
    ),
  ];
  if (models.length > 0 && missing.length === 0)
    found.unshift({ topic: 'prices', level: 'ok', text: 'Every model has a price' });
  return [...found, { topic: 'prices', level: 'ok', text: `Price book ${version}` }];
}

async function certaintyFindings({ house }: Visit): Promise<Finding[]> {
  const { totals, rows } = await house.ledger.query({ by: ['caller'], tz: 'UTC' });
  const tokens = totalTokens(totals.usage);
  const found: Finding[] = house.agents.map(({ name, exactness }) => ({
    topic: 'certainty',
    level: 'ok',
    text: `${name}: ${exactness}`,
  }));
  if (totals.inexactTokens > 0)
    found.push({
      topic: 'certainty',
      level: 'note',
      text: `${formatTokens(totals.inexactTokens)} tokens (${formatShare(totals.inexactTokens / tokens)}) are not exact: calls cut in flight (at least this much) or totals an agent told without the calls behind them`,
    });
  for (const row of rows.filter(({ key }) => key.caller?.startsWith('system:unattributed'))) {
    found.push({
      topic: 'certainty',
      level: 'note',
      text: `${formatTokens(totalTokens(row.usage))} tokens were told by an agent as a total, without a record of their calls`,
    });
  }
  if (!totals.reasoningComplete)
    found.push({
      topic: 'certainty',
      level: 'note',
      text: 'Reasoning tokens are known for a part of the calls only; they are inside output everywhere',
    });
  return found;
}
