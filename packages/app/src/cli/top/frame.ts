/**
 * One picture of the live view as lines, each as wide as the terminal at most (design, 14.3). Pure: the same runs, state
 * and size give the same lines. It drops columns instead of cutting figures.
 */
import { agentName, formatClock, formatTokens, modelName } from '@tokenmeter/core/format';
import type { Board } from '../live/board.ts';
import type { Screen } from '../screen.ts';
import { displayWidth, padEnd, padStart, printable, truncate } from '../width.ts';
import { activityWords, type Cell, capCell, contextCell, costCell, dotCell, money, rate } from './cells.ts';
import { selectedRow } from './keys.ts';
import { type Row, rowsOf, titleOf } from './rows.ts';
import type { TopState } from './state.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Picture {
  readonly board: Board;
  readonly state: TopState;
  readonly screen: Screen;
  readonly size: Size;
  readonly now: number;
  readonly tz: string;
}

const HIDE_DETAIL_UNDER = 20;
const HIDE_KEYS_UNDER = 12;
const BAR = 10;

export function frameOf(picture: Picture): readonly string[] {
  const { board, state, screen, size } = picture;
  const rows = rowsOf(board.runs, state);
  const selected = selectedRow(rows, state);
  const rule = screen.paint('dim', screen.plain('─'.repeat(Math.max(0, size.columns - 1))));
  const detail = size.rows >= HIDE_DETAIL_UNDER && selected ? [rule, ...detailLines(selected, picture)] : [];
  const keys = size.rows >= HIDE_KEYS_UNDER ? [rule, keyLine(selected, picture)] : [];
  const head = [summaryLine(picture), rule];
  const room = Math.max(1, size.rows - head.length - detail.length - keys.length);
  const list =
    state.asking.what === 'help'
      ? helpLines().map((line) => fit(line, size.columns))
      : state.isDetail && selected
        ? callLines(selected, picture)
        : undefined;
  const body = list?.slice(0, room) ?? listLines(rows, selected, room, picture);
  const filled = [...body, ...Array.from({ length: Math.max(0, room - body.length) }, () => '')];
  const lines = [...head, ...filled, ...detail, ...keys].slice(0, size.rows);
  return isAscii(screen) ? lines.map((line) => inAscii(screen.plain(line))) : lines;
}

/** Lines of the list that fit: what a page up or down moves by. */
export function pageOf(size: Size): number {
  return Math.max(1, size.rows - (size.rows >= HIDE_DETAIL_UNDER ? 9 : 5));
}

function summaryLine({ board, state, screen, size, now, tz }: Picture): string {
  const strip = board.strip;
  const spark = strip && !isAscii(screen) ? sparkOf(strip.minutes_usd) : '';
  const cap = strip?.monthly_cap_usd ?? null;
  const spend = state.period === 'day' ? strip?.today : strip?.month;
  const spent = spend ? `${state.period === 'day' ? 'today' : 'month'} ${money(spend.cost_usd)}` : '';
  const hit = strip?.today.cache_hit_percent;
  const parts = [
    board.isDemo ? 'tokenmeter DEMO' : 'tokenmeter',
    strip ? rate(strip.rate_usd_per_hour) : '',
    spark,
    spent + (spend && !spend.cost_complete ? ' ?' : '') + (state.period === 'month' && cap ? ` / ${money(cap)}` : ''),
    hit === null || hit === undefined ? '' : `cache ${hit}%`,
  ].filter((part) => part !== '');
  const live =
    board.offlineSince !== undefined
      ? `offline since ${formatClock(board.offlineSince, tz).slice(0, 5)}`
      : state.isPaused
        ? `paused ${formatClock(now, tz)}`
        : `live ${formatClock(now, tz)}`;
  // Less important parts go first: the curve, then the cache, then the rate.
  const order = [2, 4, 1];
  while (parts.length > 1 && 4 + parts.join('   ').length + live.length > size.columns) {
    const drop = order.find((index) => index < parts.length);
    parts.splice(drop ?? parts.length - 1, 1);
  }
  const left = ` ${parts.join('   ')}`;
  const gap = Math.max(1, size.columns - 1 - displayWidth(left) - live.length);
  const role = board.offlineSince !== undefined ? 'watch' : 'live';
  return fit(`${left}${' '.repeat(gap)}`, size.columns - live.length) + screen.paint(role, live);
}

function sparkOf(minutes: readonly string[]): string {
  const values = minutes.map(Number);
  const groups: number[] = [];
  for (let start = 0; start < values.length; start += 4)
    groups.push(values.slice(start, start + 4).reduce((sum, value) => sum + value, 0));
  const top = Math.max(...groups);
  if (!(top > 0)) return '';
  return groups.map((value) => '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor((value / top) * 7.999))] ?? '').join('');
}

interface Column {
  readonly head: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => Cell;
}

function columnsFor({ state, screen, size, now }: Picture): readonly Column[] {
  const { columns } = size;
  const mark = (key: TopState['sort']) => (state.sort === key ? (state.isReversed ? '▴' : '▾') : '');
  const cost = state.unit === 'cost' ? `COST${mark('cost')}` : `TOKENS${mark('tokens')}`;
  const of = (row: Row) => row.thread ?? row.run;
  const barWidth = columns >= 70 ? BAR : 0;
  const all: (Column & { readonly from: number })[] = [
    { head: 'AGENT', width: 11, align: 'left', from: 84, cell: ({ run }) => ({ text: agentName(run.agent) }) },
    { head: 'MODEL', width: 14, align: 'left', from: 100, cell: (row) => ({ text: modelText(of(row).model) }) },
    {
      head: columns >= 50 ? `CONTEXT${mark('context')}` : '',
      width: barWidth + 6 + (barWidth > 0 ? 0 : 2),
      align: 'left',
      from: 36,
      cell: (row) => contextCell(of(row).context, screen, barWidth),
    },
    { head: cost, width: 8, align: 'right', from: 22, cell: (row) => costCell(of(row), state.unit) },
    { head: 'CAP', width: 8, align: 'right', from: 60, cell: (row) => (row.thread ? { text: '' } : capCell(row.run)) },
    { head: `AGE${mark('age')}`, width: 5, align: 'right', from: 50, cell: (row) => ({ text: ageOf(of(row), now) }) },
  ];
  return all.filter(({ from }) => columns >= from);
}

function modelText(model: string | null): string {
  return model === null ? '' : modelName(model);
}

/** `48s`, `11m`, `1h07`, `3d`: as short as a column. */
function ageOf({ started_at: start, ended_at: end }: Pick<Row['run'], 'started_at' | 'ended_at'>, now: number): string {
  const seconds = Math.max(0, Math.floor(((end === null ? now : Date.parse(end)) - Date.parse(start)) / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h${String(minutes % 60).padStart(2, '0')}` : `${Math.floor(hours / 24)}d`;
}

function listLines(rows: readonly Row[], selected: Row | undefined, room: number, picture: Picture): readonly string[] {
  const { board, screen, size, state } = picture;
  if (rows.length === 0) {
    const hidden = board.runs.length;
    const text =
      hidden > 0
        ? [` No runs match "${printable(state.filter)}", ${hidden} hidden. Esc shows all`]
        : [' Nothing is running', ' Start an agent in any folder, or: tokenmeter run -- PROMPT'];
    return ['', ...text.map((line) => fit(line, size.columns))];
  }
  const columns = columnsFor(picture);
  const taken = columns.reduce((sum, { width }) => sum + width + 2, 0);
  const nameWidth = Math.max(1, size.columns - 4 - taken);
  const heads = columns.map(({ head, width, align }) => pad(head, width, align)).join('  ');
  const title = padEnd(truncate(`RUN${state.sort === 'name' ? '▾' : ''}`, nameWidth), nameWidth);
  const header = screen.paint('dim', `   ${title}  ${heads}`.trimEnd());
  const lines = Math.max(1, room - 1);
  const at = selected ? rows.indexOf(selected) : 0;
  const first = Math.max(0, Math.min(at - Math.floor(lines / 2), rows.length - lines));
  const body = rows.slice(first, first + lines).map((row) => {
    const of = row.thread ?? row.run;
    const dot = row.thread ? { text: ' ' } : dotCell(row.run, board.offlineSince !== undefined);
    const name = truncate(printable(nameOf(row, state)), nameWidth);
    const isSelected = row === selected;
    const cells = columns.map(({ cell, width, align }) => {
      const { text, role } = cell(row);
      return screen.paint(role, pad(truncate(text, width), width, align));
    });
    const padded = padEnd(name, nameWidth);
    const isOver = of.ended_at !== null;
    const label = isSelected ? screen.paint('bold', padded) : isOver ? screen.paint('dim', padded) : padded;
    return `${isSelected ? '>' : ' '}${screen.paint(dot.role, dot.text)} ${label}  ${cells.join('  ')}`;
  });
  return [header, ...body];
}

function nameOf({ run, thread, branch, children }: Row, state: TopState): string {
  if (thread) {
    const done = thread.status === 'completed' ? 'done' : thread.status;
    return `${branch}${thread.name ?? 'sub-agent'}  ${thread.status === 'running' ? activityWords(thread) : done}`;
  }
  const hidden = children > 0 && state.collapsed.has(run.run_id) ? `  +${children}` : '';
  return `${titleOf(run)}${hidden}${run.ended_at === null ? '' : `  ${run.status}`}`;
}

function detailLines({ run }: Row, { screen, size }: Picture): readonly string[] {
  const usage = run.usage;
  const title = [titleOf(run), run.project_name, run.branch ?? '', run.run_id]
    .filter((part) => part !== '')
    .join(' · ');
  const figures = usage
    ? [
        `in ${formatTokens(usage.input)}`,
        `out ${run.estimated_tokens > 0 ? '~' : ''}${formatTokens(usage.output)}`,
        `cache read ${formatTokens(usage.cache_read)}`,
        `cache write ${formatTokens(usage.cache_write_5m + usage.cache_write_1h)}`,
        run.output_per_minute === null ? '' : `${formatTokens(run.output_per_minute)}/min out`,
      ]
    : ['no usage told yet'];
  const spend = [
    `${run.calls} calls`,
    run.own_cost_usd === null ? '' : `own ${money(run.own_cost_usd)}`,
    run.subagent_cost_usd === null ? '' : `sub-agents ${money(run.subagent_cost_usd)}`,
    rate(run.rate_usd_per_hour),
    stopWords(run),
  ];
  const join = (parts: readonly string[]) => parts.filter((part) => part !== '').join('   ');
  return [
    screen.paint('bold', fit(` ${printable(title)}`, size.columns)),
    fit(` ${join([...figures, printable(activityWords(run))])}`, size.columns),
    screen.paint('dim', fit(` ${join(spend)}`, size.columns)),
  ];
}

function stopWords({ cap, interrupt, status, ended_at: endedAt }: Row['run']): string {
  if (interrupt.requested_at !== null && status === 'running')
    return interrupt.forced ? 'being killed' : 'being stopped';
  if (endedAt !== null) return cap ? `cap ${money(cap.amount_usd)}` : '';
  if (!cap) return interrupt.kind === 'none' ? (interrupt.reason ?? '') : '';
  const when =
    cap.stops_in_seconds === null ? '' : `, in about ${Math.max(1, Math.round(cap.stops_in_seconds / 60))} min`;
  return `stops at ${money(cap.amount_usd)}${when}`;
}

function callLines({ run }: Row, { board, screen, size, tz }: Picture): readonly string[] {
  const calls = board.calls.filter((call) => call.run_id === run.run_id);
  if (calls.length === 0) return ['', fit(' No call has ended yet', size.columns)];
  const heads = [padEnd('TIME', 8), padEnd('THREAD', 14), padEnd('MODEL', 16), padEnd('TOOL', 18), 'COST'];
  return [
    screen.paint('dim', fit(` ${heads.join('  ')}`, size.columns)),
    ...calls.map((call) =>
      fit(
        ` ${formatClock(Date.parse(call.at), tz)}  ${column(call.thread_name ?? 'main', 14)}  ${column(modelName(call.model), 16)}  ${column(call.tool?.name ?? '', 18)}  ${money(call.cost_usd)}`,
        size.columns,
      ),
    ),
  ];
}

function keyLine(selected: Row | undefined, { state, screen, size, board }: Picture): string {
  const { asking } = state;
  if (asking.what === 'filter') return fit(` Filter: ${printable(state.filter)}_`, size.columns);
  if (asking.what === 'sort') return fit(' Sort by: c cost  t tokens  x context  a age  n name', size.columns);
  if (asking.what === 'help') return fit(' Any key goes back', size.columns);
  if (asking.what === 'stop') {
    const run = board.runs.find(({ run_id: id }) => id === asking.runId) ?? selected?.run;
    const title = run ? truncate(printable(titleOf(run)), 40) : asking.runId;
    const agents = run?.threads.filter((t) => t.parent_thread_id !== null && t.status === 'running').length ?? 0;
    const also = agents === 0 ? '' : ` and ${agents} ${agents === 1 ? 'sub-agent' : 'sub-agents'}`;
    return screen.paint('watch', fit(` Stop "${title}"${also}? Enter stops, Esc goes back`, size.columns));
  }
  if (state.note !== '') return fit(` ${printable(state.note)}`, size.columns);
  const keys = [
    '↑↓ move',
    '→ tree',
    '⏎ calls',
    'x interrupt',
    's sort',
    '/ filter',
    '1 3 period',
    'b cost/tokens',
    'p pause',
    '? help',
    'q quit',
  ];
  while (keys.length > 2 && 1 + keys.join('  ').length >= size.columns) keys.splice(keys.length - 2, 1);
  return screen.paint('dim', fit(` ${keys.join('  ')}`, size.columns));
}

function helpLines(): readonly string[] {
  return [
    ' ↑ ↓ j k PgUp PgDn Home End   move',
    ' → ← Space                    open and close sub-agents',
    ' Enter                        calls of the run, Esc goes back',
    ' x                            interrupt: asks first, Enter stops',
    ' s then c t x a n, S          sort by cost, tokens, context, age, name; reverse',
    ' /                            filter as you type, Esc clears',
    ' 1 3                          today, this month',
    ' b                            cost or tokens',
    ' p                            pause',
    ' y                            copy the run id',
    ' o                            open in the browser',
    ' q Ctrl+C                     quit',
  ];
}

const ASCII: Readonly<Record<string, string>> = {
  '●': '*',
  '◌': 'o',
  '○': '-',
  '▾': 'v',
  '▴': '^',
  '↑': '^',
  '↓': 'v',
  '→': '>',
  '←': '<',
  '⏎': '=',
};

function isAscii(screen: Screen): boolean {
  return screen.bar(1, 1) === '#';
}

function inAscii(line: string): string {
  return line.replace(/[●◌○▾▴↑↓→←⏎]/g, (sign) => ASCII[sign] ?? sign);
}

function column(text: string, width: number): string {
  return padEnd(truncate(printable(text), width), width);
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  return align === 'left' ? padEnd(text, width) : padStart(text, width);
}

function fit(text: string, columns: number): string {
  return truncate(text, Math.max(0, columns));
}
