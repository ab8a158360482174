/**
 * The processes that descend from one, so that all of them can be ended: agents put their shells into groups of their
 * own, where a signal to the agent's group does not reach. A process is known by its id and its start, so that an id that was
 * given to another one meanwhile is left alone.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Kin {
  readonly pid: number;
  readonly startedAt: string;
}

export interface SeenProcess extends Kin {
  readonly parent: number;
  readonly group: number;
  /** The leader of its session; undefined where the system does not tell. */
  readonly session: number | undefined;
}

/**
 * All that descend from a process, from those known to have descended from it and from members of its group; itself left
 * out. Empty where the system does not tell.
 */
export function kinOf(
  pid: number,
  known: readonly Kin[] = [],
  all: readonly SeenProcess[] = everyProcess(),
): readonly Kin[] {
  const byParent = new Map<number, SeenProcess[]>();
  for (const one of all) {
    const siblings = byParent.get(one.parent);
    if (siblings) siblings.push(one);
    else byParent.set(one.parent, [one]);
  }
  const starts = new Map(known.map((kin) => [kin.pid, kin.startedAt]));
  const isKin = (one: SeenProcess) => one.group === pid || starts.get(one.pid) === one.startedAt;
  const found = new Map(all.filter((one) => one.pid !== pid && isKin(one)).map((one) => [one.pid, one]));
  const queue = [pid, ...found.keys()];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const child of byParent.get(parent) ?? []) {
      if (child.pid === pid || found.has(child.pid)) continue;
      found.set(child.pid, child);
      queue.push(child.pid);
    }
  }
  return [...found.values()].map(({ pid, startedAt }) => ({ pid, startedAt }));
}

/** What is left of the session that a process led which is gone: its number is not given again while somebody is in it. */
export function leftOf(leader: number): readonly Kin[] {
  const all = everyProcess();
  if (all.some(({ pid }) => pid === leader)) return [];
  return all.filter(({ group, session }) => group === leader && session === leader);
}

/** The variable that names the run in the environment of an agent, and so of all it starts. */
export const RUN_VARIABLE = 'TOKENMETER_RUN';

/**
 * Processes that carry the name of a run in their environment: shells too that went into a session of their own a moment
 * before their agent crashed, whom nobody looked at. Empty where the system does not tell.
 */
export function markedBy(runId: string): readonly Kin[] {
  if (process.platform !== 'linux' || runId === '') return [];
  const mark = `\0${RUN_VARIABLE}=${runId}\0`;
  return everyProcess().filter(({ pid }) => {
    try {
      return pid !== process.pid && `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(mark);
    } catch {
      return false; // -- somebody else's, or gone while we looked
    }
  });
}

/** Kills those that still are who they were; answers how many. */
export function killKin(kin: readonly Kin[]): number {
  if (kin.length === 0) return 0;
  const now = new Map(everyProcess().map((seen) => [seen.pid, seen.startedAt]));
  let killed = 0;
  for (const { pid, startedAt } of kin) {
    if (now.get(pid) !== startedAt) continue;
    try {
      process.kill(pid, 'SIGKILL');
      killed++;
    } catch {
      // Gone between the look and the signal.
    }
  }
  return killed;
}

/** UTC ms at which a process began, undefined where there is none or the system does not tell. */
export function startOf(pid: number): number | undefined {
  if (process.platform === 'linux') {
    const seen = readStat(String(pid));
    const boot = seen && /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
    return seen && boot ? Number(boot) * 1000 + (Number(seen.startedAt) / TICKS_PER_SECOND) * 1000 : undefined;
  }
  const seen = everyProcess().find((one) => one.pid === pid);
  const at = seen ? Date.parse(seen.startedAt) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}

export function everyProcess(): SeenProcess[] {
  if (process.platform === 'linux')
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(name) ?? []) : []));
  if (process.platform === 'win32') return [];
  try {
    return readTable(execFileSync('ps', TABLE, { encoding: 'utf8' }));
  } catch {
    return [];
  }
}

/** What `ps` is asked where there is no /proc. */
export const TABLE: readonly string[] = ['-A', '-o', 'pid=,ppid=,pgid=,lstart='];

export function readTable(text: string): SeenProcess[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, startedAt] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.+)$/.exec(line) ?? [];
    if (!pid || !startedAt) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: undefined, startedAt }];
  });
}

/** The unit in which Linux tells when a process began, on every system we know. */
const TICKS_PER_SECOND = 100;

/** Linux tells in /proc/PID/stat: after the name in brackets, the state, parent, group and session, and as 22nd field the start. */
function readStat(name: string): SeenProcess | undefined {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, parent, group, session] = fields;
    // A dead process that nobody has asked for yet holds its id, and can be killed no more.
    if (state === 'Z') return undefined;
    const places = { parent: Number(parent), group: Number(group), session: Number(session) };
    return { pid: Number(name), ...places, startedAt: fields[19] ?? '' };
  } catch {
    return undefined; // -- gone while we looked
  }
}
