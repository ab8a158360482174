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

interface Seen extends Kin {
  readonly parent: number;
}

/** All that descend from a process, itself left out. Empty where the system does not tell. */
export function kinOf(pid: number): readonly Kin[] {
  const children = new Map<number, Seen[]>();
  for (const seen of everyProcess()) {
    const siblings = children.get(seen.parent);
    if (siblings) siblings.push(seen);
    else children.set(seen.parent, [seen]);
  }
  const found: Kin[] = [];
  const queue = [pid];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const child of children.get(parent) ?? []) {
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
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

function everyProcess(): Seen[] {
  if (process.platform === 'linux') return fromProc();
  if (process.platform === 'win32') return [];
  try {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => {
        const [, pid, parent, startedAt] = /^\s*(\d+)\s+(\d+)\s+(.+)$/.exec(line) ?? [];
        return pid && parent && startedAt ? [{ pid: Number(pid), parent: Number(parent), startedAt }] : [];
      });
  } catch {
    return [];
  }
}

function fromProc(): Seen[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(name) ?? []) : []));
}

/** The unit in which Linux tells when a process began, on every system we know. */
const TICKS_PER_SECOND = 100;

/** Linux tells in /proc/PID/stat: after the name in brackets, the state, the parent, and as 22nd field the start. */
function readStat(name: string): Seen | undefined {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A dead process that nobody has asked for yet holds its id, and can be killed no more.
    if (fields[0] === 'Z') return undefined;
    return { pid: Number(name), parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch {
    return undefined; // -- gone while we looked
  }
}
