/** `tokenmeter sources`: every place where logs were looked for, and what was read there. */
import { type SourceStatus, wireInstant } from '@tokenmeter/core';
import { formatAge, formatBytes, formatCount, formatUnread } from '@tokenmeter/core/format';
import type { FoundRoot } from '../../house.ts';
import { renderTable } from '../table.ts';
import { shortPath } from '../usage-report.ts';
import { COMMON, defineVerb, EXIT, FIGURES } from '../verb.ts';
import { displayWidth, wrap } from '../width.ts';
import { type Visit, withHouse } from '../with-house.ts';

export const sources = defineVerb({
  name: 'sources',
  summary: 'Where logs were looked for, and what was read',
  args: { ...COMMON, scan: FIGURES.scan, json: FIGURES.json },
  run: (args, cli) =>
    withHouse(cli, args, async (visit) => {
      const { house, io, now, say } = visit;
      const [roots, read] = await Promise.all([house.ingest.roots(), house.ledger.sources()]);
      const isFound = roots.some(({ exists }) => exists);
      if (args.json) {
        const document = {
          schema: 'tokenmeter.sources/1',
          generated_at: wireInstant(now),
          tz: house.config.tz,
          sources: house.agents.map((agent) => sourceJson(agent, roots, read)),
        };
        await io.out(`${JSON.stringify(document)}\n`);
      } else {
        await say(await lines(visit, roots, read));
      }
      return isFound ? EXIT.ok : EXIT.noData;
    }),
});

async function lines(
  { house, screen, now }: Visit,
  roots: readonly FoundRoot[],
  read: readonly SourceStatus[],
): Promise<string[]> {
  const { tz, locale } = house.config;
  const statusOf = (agent: string) => read.find((status) => status.agent === agent);
  const table = renderTable(
    {
      columns: [
        { title: 'Agent', align: 'left', shrinkTo: 8 },
        { title: 'State', align: 'left' },
        { title: 'Files', align: 'right', from: 50 },
        { title: 'Size', align: 'right', from: 60 },
        { title: 'Lines', align: 'right', from: 72 },
        { title: 'Skipped', align: 'right', from: 84 },
        { title: 'Calls', align: 'right' },
        { title: 'Last event', align: 'right', from: 96 },
      ],
      rows: house.agents.map((agent) => {
        const status = statusOf(agent.id);
        const count = (value: number | undefined) => (screen.isPiped ? String(value ?? 0) : formatCount(value ?? 0));
        return [
          { text: agent.name },
          { text: stateOf(roots.filter((root) => root.agent === agent.id)) },
          { text: count(status?.files) },
          { text: screen.isPiped ? String(status?.bytes ?? 0) : formatBytes(status?.bytes ?? 0) },
          { text: count(status?.lines) },
          { text: count((status?.skippedDamaged ?? 0) + (status?.skippedUnknown ?? 0)) },
          { text: count(status?.calls) },
          { text: formatAge(status?.lastEventAt || null, { now, tz, locale }) },
        ];
      }),
    },
    screen,
  );
  const places = roots.flatMap((root) => placeLines(root, shortPath(root.path, house.machine.home), screen.width));
  const unread = unreadLines(read, house.machine.home, screen.width);
  return [`Sources, ${tz}`, '', ...table, '', 'Looked in', ...[...places, ...unread].map((line) => screen.plain(line))];
}

const MOST_UNREAD = 5;

/** Compressed logs with something in the way, a few by name. */
function unreadLines(read: readonly SourceStatus[], home: string, width: number): string[] {
  const all = read.flatMap(({ unread }) => unread);
  if (all.length === 0) return [];
  const more = all.length - MOST_UNREAD;
  return [
    '',
    'Not read to the end',
    ...all
      .slice(0, MOST_UNREAD)
      .flatMap(({ path, why }) => [
        ...chunks(shortPath(path, home), width - 2).map((part) => `  ${part}`),
        ...wrap(formatUnread(why), width - 4).map((line) => `    ${line}`),
      ]),
    ...(more > 0 ? [`  and ${formatCount(more)} more, see --json`] : []),
  ];
}

/** One line where there is room, else the state and, below it, the whole path in lines that fit: a path is for copying. */
function placeLines({ because, exists, error }: FoundRoot, path: string, width: number): string[] {
  const state = error ? 'error' : exists ? 'found' : 'not found';
  const about = `${path}${because === 'default' ? '' : ` (${because})`}${error ? `: ${error}` : ''}`;
  const line = `  ${state.padEnd(9)}  ${about}`;
  return displayWidth(line) <= width
    ? [line]
    : [`  ${state}`, ...chunks(about, width - 4).map((part) => `    ${part}`)];
}

/** The text in pieces of at most `width` columns. */
function chunks(text: string, width: number): string[] {
  const pieces = [''];
  for (const letter of text) {
    const next = `${pieces.at(-1)}${letter}`;
    if (pieces.at(-1) !== '' && displayWidth(next) > width) pieces.push(letter);
    else pieces[pieces.length - 1] = next;
  }
  return pieces;
}

/** In words: something is read, nothing is there, or something is in the way. */
export function stateOf(roots: readonly FoundRoot[]): 'reading' | 'not found' | 'error' {
  if (roots.some(({ error }) => error !== undefined)) return 'error';
  return roots.some(({ exists }) => exists) ? 'reading' : 'not found';
}

function sourceJson(
  agent: Visit['house']['agents'][number],
  roots: readonly FoundRoot[],
  read: readonly SourceStatus[],
): Record<string, unknown> {
  const status = read.find((one) => one.agent === agent.id);
  const own = roots.filter((root) => root.agent === agent.id);
  return {
    agent: agent.id,
    agent_name: agent.name,
    state: stateOf(own).replace(' ', '_'),
    exactness: agent.exactness,
    roots: own.map(({ path, because, exists, error }) => ({ path, because, exists, error: error ?? null })),
    files: status?.files ?? 0,
    bytes: status?.bytes ?? 0,
    lines: status?.lines ?? 0,
    skipped_damaged: status?.skippedDamaged ?? 0,
    skipped_unknown: status?.skippedUnknown ?? 0,
    unread: status?.unread ?? [],
    calls: status?.calls ?? 0,
    last_read_at: wireInstant(status?.lastReadAt || null),
    last_event_at: wireInstant(status?.lastEventAt || null),
  };
}
