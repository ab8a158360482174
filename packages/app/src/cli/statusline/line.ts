/** One status line from the host's JSON. The caller keeps it silent when anything fails; nothing here prints. */
import type { WeekStart } from '@tokenmeter/core';
import type { Level, MoneyFormat } from '@tokenmeter/core/format';
import type { GlanceQuestion, Glancer } from '../../glance.ts';
import { fieldReader, readHost } from './fields.ts';
import { renderParts, renderTemplate } from './template.ts';

export interface LineOptions {
  readonly format?: string | undefined;
  readonly preset?: string | undefined;
  readonly width: number;
  readonly hasColor: boolean;
  readonly isUnicode: boolean;
}

/** What of the config a line needs. */
export interface LineSettings {
  /** IANA zone; undefined: the machine's own, for which the machine's clock is enough. */
  readonly tz?: string | undefined;
  readonly weekStart: WeekStart;
  readonly money: MoneyFormat;
  readonly monthlyCapNano?: bigint | undefined;
}

export interface LineWorld {
  readonly dataDir: string;
  readonly settings: LineSettings;
  readonly now: number;
  readonly glance: Glancer;
  /** Hears what is left out of the line. */
  readonly debug: (text: string) => void;
}

const PRESETS: Readonly<Record<string, string>> = {
  default:
    '{model}  ctx {ctx.pct} {ctx.used}/{ctx.window}  {run.cost} run  {today.cost} today{?today.pct  {today.pct}}  {rate}',
  compact: '{ctx.pct}  {run.cost}  {today.cost}',
  money: '{run.cost} run  {today.cost} today  {month.cost} month{?month.pct  {month.pct}}  {rate}',
  context: 'ctx {ctx.bar:12} {ctx.pct} {ctx.used}/{ctx.window}  {top.1}  {top.2}',
  full: '{model}  ctx {ctx.pct} {ctx.used}/{ctx.window}  {run.cost}{?run.cap  of {run.cap}}  {today.cost} today{?today.pct  {today.pct}}  {week.cost} week  {month.cost} month{?month.pct  {month.pct}}  {rate}  {branch}',
};

/** Throws SyntaxError for input that is not JSON; anything else the host leaves out only shortens the line. */
export async function statusLine(input: string, options: LineOptions, world: LineWorld): Promise<string> {
  const host = readHost(JSON.parse(input));
  const { settings, now } = world;
  const question = { sessionId: host.sessionId, ...(await starts(settings, now)), rateSince: now - 600_000 };
  const glance = await world.glance(world.dataDir, question).catch((error: unknown) => {
    world.debug(`Cannot ask the ledger: ${String(error)}`);
    return undefined;
  });
  const { contextUsed, contextWindow, hostPercent } = host;
  if (contextUsed !== undefined && contextWindow !== undefined && hostPercent !== undefined) {
    const ours = Math.floor((contextUsed * 100) / contextWindow);
    if (Math.abs(ours - hostPercent) > 5)
      world.debug(`Context is ${ours}% by the last request, ${hostPercent}% by the host`);
  }
  const read = fieldReader(host, glance, settings, painter(options));
  if (options.format !== undefined) return renderTemplate(options.format, read);
  const name = options.preset ?? 'default';
  const template = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (template === undefined)
    world.debug(`There is no preset "${name}", the presets are ${Object.keys(PRESETS).join(', ')}`);
  if (template !== undefined && name !== 'default') return renderParts(template, read);
  return renderParts(defaultFor(options.width), read);
}

/** First instants of today, this week and this month. */
async function starts(
  { tz, weekStart }: LineSettings,
  now: number,
): Promise<Pick<GlanceQuestion, 'today' | 'week' | 'month'>> {
  if (tz !== undefined) {
    const { periodAt } = await import('@tokenmeter/core');
    const start = (kind: 'day' | 'week' | 'month') => periodAt(kind, now, tz, weekStart).since;
    return { today: start('day'), week: start('week'), month: start('month') };
  }
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  const week = new Date(day);
  week.setDate(day.getDate() - ((day.getDay() + (weekStart === 'monday' ? 6 : 0)) % 7));
  const month = new Date(day);
  month.setDate(1);
  return { today: day.getTime(), week: week.getTime(), month: month.getTime() };
}

/** The default gives way as the screen narrows: rate, sizes, model, then all but two figures. */
function defaultFor(width: number): string {
  if (width < 30) return '{ctx.pct} {run.cost}';
  let template = PRESETS.default ?? '';
  if (width < 70) template = template.replace('  {rate}', '');
  if (width < 58) template = template.replace(' {ctx.used}/{ctx.window}', '');
  if (width < 44) template = template.replace('{model}  ', '');
  return template;
}

function painter({ hasColor, isUnicode }: LineOptions): Parameters<typeof fieldReader>[3] {
  return {
    paint: (level: Level, text: string) => {
      if (!hasColor || level === 'ok') return text;
      return `\u001b[${level === 'critical' ? 31 : 33}m${text}\u001b[39m`;
    },
    bar: (ratio, width) => {
      const filled = Math.round(Math.min(1, ratio) * width);
      return (isUnicode ? '█' : '#').repeat(filled) + (isUnicode ? '·' : '.').repeat(width - filled);
    },
  };
}
