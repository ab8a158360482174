/**
 * The composition root: the one place that knows which store, which reader of logs and which config a house is made of.
 * Everything else asks ports.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type PriceOverride, TokenmeterError } from '@tokenmeter/core';
import { agents, type Machine } from '@tokenmeter/core/agents';
import { createPriceBook } from '@tokenmeter/core/price';
import type { Demo } from './cli/verb.ts';
import { VERSION } from './cli/version.ts';
import { dataDir, writeConfig } from './config.ts';
import { FollowingConfig } from './following-config.ts';
import { gitCommand } from './git/command.ts';
import { Linker } from './git/linker.ts';
import type { House, Restored } from './house.ts';
import { Pipeline } from './ingest/pipeline.ts';
import { becomeResident, connectResident, findResident } from './ingest/resident.ts';
import { LiveHub } from './live/hub.ts';
import { isLoopback } from './loopback.ts';
import { machineZone } from './machine-zone.ts';
import { makeFolder } from './make-folder.ts';
import { allowedRunner } from './runner/allowed.ts';
import { doorsIn, knock, openDoor } from './runner/door.ts';
import { environmentFor } from './runner/environment.ts';
import { processesOf } from './runner/processes.ts';
import { receiveRun } from './runner/relay-server.ts';
import { relayedHub } from './runner/relayed-hub.ts';
import { AgentRunner, type RunRequest, type StartedRun } from './runner/runner.ts';
import { glanceSqlite } from './stores/sqlite/glance.ts';
import { openSqliteLedger } from './stores/sqlite/ledger.ts';
import { restoreSqliteLedger, swapIn } from './stores/sqlite/restore.ts';
import { telling } from './work/telling.ts';
import { isWritable } from './writable.ts';

export interface HouseOptions {
  /** Reads the logs under this directory as if it were the home, and ignores agents' environment variables. */
  readonly home?: string | undefined;
  /** Data directory; wins over everything else. */
  readonly data?: string | undefined;
  /** Only reads the ledger: no scan, no writing. */
  readonly readOnly?: boolean | undefined;
  /** The same, where the ledger cannot be written. */
  readonly readsAtLeast?: boolean | undefined;
  /** True for the server itself, which is the writer and asks nobody. */
  readonly resident?: boolean | undefined;
  /** True for a process that stays: it follows its config file, as the server does. */
  readonly stays?: boolean | undefined;
  /** True where recorded sessions are played: every page says so. */
  readonly isDemo?: boolean | undefined;
}

/** Whether a running server keeps this process's runs, and what is done when it goes away. */
interface RelayState {
  isServed: boolean;
  lost: () => void;
}

/** How a house starts agents; a house is ports only, and says nothing of it. */
interface Starter {
  readonly runner: AgentRunner;
  readonly relay: RelayState;
  readonly live: LiveHub;
}

const starters = new WeakMap<House, Starter>();

/** Opens the ledger (making it on first use) and everything around it. Throws TokenmeterError where the ledger refuses. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const home = options.home === undefined ? homedir() : resolve(options.home);
  const env = options.home === undefined ? process.env : {};
  const machine: Machine = { home, env, platform: process.platform };
  const folder = folderOf(options);
  makeDataFolder(folder);
  const isClosed = options.readsAtLeast === true && ![folder, `${folder}/ledger.db`].every(isWritable);
  const readOnly = options.readOnly === true || isClosed;
  const settings = new FollowingConfig({
    dataDir: folder,
    env: process.env,
    machineTz: machineZone(),
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
  });
  const clock = { now: () => Date.now() };
  const ledger = await openSqliteLedger({
    file: `${folder}/ledger.db`,
    book: (overrides: readonly PriceOverride[]) =>
      createPriceBook({ overrides: [...settings.current.prices, ...overrides] }),
    clock,
    readOnly,
  });
  const withNames = () => settings.current.itemNames && isLoopback(settings.current.host);
  const withOpenings = () => settings.current.titles === 'prompt' && isLoopback(settings.current.host);
  const pipeline = new Pipeline({ agents, machine, ledger, clock, withNames, withOpenings });
  const keepOpenings = async () => void (withOpenings() || (await ledger.dropOpenings()));
  const linker = new Linker({ work: ledger.work, git: gitCommand, clock });
  // A server links as it reads; a command does when it is asked what the work cost.
  if (options.resident) pipeline.onChange(() => linker.soon());
  const resident = options.resident || readOnly ? undefined : await findResident(folder);
  if (!resident && !readOnly) await keepOpenings();
  let hasMoved = false;
  const noteMoved = () => {
    hasMoved = true;
  };
  const graceMs = () => settings.current.stopGraceSeconds * 1000;
  const processes = processesOf(graceMs);
  const relay: RelayState = { isServed: resident !== undefined, lost: () => undefined };
  const live = readOnly
    ? undefined
    : new LiveHub({
        ledger,
        runs: ledger.runs,
        ingest: pipeline,
        clock,
        config: () => settings.current,
        processes: options.resident ? processes : undefined,
        isDemo: options.isDemo,
        keeps: () => !relay.isServed,
      });
  if (options.resident) void live?.start().catch(() => undefined);
  const agentRunner =
    live &&
    new AgentRunner({
      hub: relayedHub(live, {
        connect: async () => (options.resident ? undefined : connectResident(folder)),
        onLost: () => relay.lost(),
      }),
      clock,
      machine,
      env: environmentFor(machine, process.env, homedir()),
      commands: () => settings.current.agentCommands,
      get graceMs() {
        return graceMs();
      },
    });
  const standing = [
    ...(options.isDemo ? ['This is a demo: recorded sessions, nothing of yours'] : []),
    ...(isClosed ? [`Cannot write in "${folder}": this is what its ledger has, and nothing new is read`] : []),
  ];
  const house: House = {
    version: VERSION,
    host: hostname(),
    dataDir: folder,
    get config() {
      return settings.current;
    },
    get warnings() {
      return [...standing, ...settings.warnings];
    },
    machine,
    agents,
    clock,
    ledger,
    work: resident ? telling(ledger.work, noteMoved) : ledger.work,
    askServer: options.resident || readOnly ? undefined : (tool, asked) => askServer(folder, tool, asked),
    live,
    runs: ledger.runs,
    processes,
    runner: agentRunner && allowedRunner(agentRunner, () => settings.current.runDirs),
    linkWork: () => linker.link(),
    ingest: resident ? asking(pipeline, resident.scan) : pipeline,
    configure: async (changes) => {
      await writeConfig(folder, changes);
      settings.reload();
      await keepOpenings();
      return settings.current;
    },
    onConfigure: (listener) => settings.onChange(listener),
    replaceLedger: async (draft) => {
      const restored = await pipeline.standStill(async () => {
        const kept = await ledger.replaceBy(draft, `${folder}/ledger-before-${stampOf(clock.now())}.db`);
        linker.forget();
        await keepOpenings();
        return { calls: (await ledger.facts()).calls, kept };
      });
      pipeline
        .scan()
        .then(() => ledger.tidy())
        .catch(() => undefined);
      return restored;
    },
    close: async () => {
      unfollow?.();
      await agentRunner?.close();
      if (hasMoved) await resident?.moved().catch(() => undefined); // -- it went away: nobody has a page open
      resident?.close();
      await live?.close();
      await linker.close();
      await ledger.close();
    },
  };
  settings.onChange(({ changed }) => {
    void keepOpenings().catch(() => undefined);
    // Prices in the file are a book of their own: what was rated under the one before is rated again.
    if (changed.includes('prices') && !readOnly) void ledger.keepRated().then(() => pipeline.announce(1));
  });
  const unfollow = options.stays || options.resident ? settings.follow() : undefined;
  if (agentRunner) starters.set(house, { runner: agentRunner, relay, live });
  return house;
}

/** Undefined where no server answers, or one that is older than the question. Throws where it fails: it may have been done. */
async function askServer(folder: string, tool: string, asked: unknown): Promise<unknown> {
  const resident = await findResident(folder);
  if (!resident) return undefined;
  try {
    return await resident.tool(tool, asked);
  } finally {
    resident.close();
  }
}

/** A pipeline whose scans are done by the server that holds the data directory. */
function asking(pipeline: Pipeline, scan: House['ingest']['scan']): House['ingest'] {
  return {
    scan,
    watch: () => pipeline.watch(),
    roots: () => pipeline.roots(),
    progress: () => pipeline.progress(),
    onChange: (listener) => pipeline.onChange(listener),
    announce: (changed, sessions) => pipeline.announce(changed, sessions),
  };
}

/** Address of the server that holds a data directory, undefined where none answers. */
export async function findServer(dataDirectory: string): Promise<string | undefined> {
  const resident = await findResident(dataDirectory);
  resident?.close();
  return resident?.url;
}

/** What a status line asks of the ledger in a data directory, undefined where there is none. Throws nothing else. */
export const glance: typeof glanceSqlite = glanceSqlite;

/** Makes this process the one that others ask to read, and tell runs to. Undefined where the system has no socket for it. */
export function reside(house: House, url: string): Promise<{ close(): void } | undefined> {
  const tool = async (name: string, asked: unknown) =>
    (await import('./mcp/call-tool.ts')).callTool(house, name, asked);
  const { ingest, replaceLedger } = house;
  return becomeResident(house.dataDir, url, { ingest, replaceLedger, tool }, (socket, first, rest) => {
    if (house.live && house.processes) receiveRun(socket, first, rest, house.live, house.processes);
    else socket.destroy();
  });
}

/**
 * Starts an agent on this machine. A running server hears of all of it; without one, or once it has gone away, the run is
 * kept here. Others stop it at its door.
 */
export async function startRun(house: House, request: RunRequest, onLost: () => void): Promise<StartedRun> {
  const starter = starters.get(house);
  if (!starter) throw new TokenmeterError('usage', 'Cannot start an agent in a house that only reads');
  const { runner, relay } = starter;
  relay.lost = () => {
    relay.isServed = false;
    onLost();
  };
  const started = await runner.start(request);
  const door = await openDoor(house.dataDir, started.open.id, () => started.open.requestStop('user'));
  void started.ended.catch(() => undefined).finally(() => door?.close());
  return started;
}

/** A home and a ledger of the demo's own, with logs of the days before; all of it goes when it is closed. */
export async function openDemo(speed: number): Promise<Demo> {
  const { playDemo, writeHistory } = await import('./demo/stage.ts');
  const { makeClones } = await import('./demo/clones.ts');
  const { tellWork } = await import('./demo/work.ts');
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-demo-'));
  const home = join(folder, 'home');
  const removeAll = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeAll);
  const now = Date.now();
  const past = writeHistory(home, now);
  makeClones(home, past, now);
  const house = await openHouse({ home, data: join(folder, 'data'), resident: true, isDemo: true });
  await tellWork(house.work, past, now);
  return {
    house,
    play: () => {
      if (!house.live) throw new Error('a demo has a hub');
      return playDemo(house.live, house.machine, house.clock, speed);
    },
    close: async () => {
      await house.close();
      removeAll();
    },
  };
}

/** Begins to see what runs on this machine by its logs, as the server does. */
export async function observe(house: House): Promise<{ close(): Promise<void> }> {
  const watch = await house.ingest.watch();
  await house.ingest.scan();
  await starters.get(house)?.live.start();
  return watch;
}

/** Asks the command that follows a run to stop it. Undefined where none on this machine follows such a run. */
export async function stopRun(dataDirectory: string, typed: string): Promise<string | undefined> {
  const ids = doorsIn(dataDirectory).filter((id) => id.startsWith(typed));
  if (ids.length > 1) throw new TokenmeterError('usage', `Cannot tell which run "${typed}" is: ${ids.length} begin so`);
  const [id] = ids;
  return id !== undefined && (await knock(dataDirectory, id)) ? id : undefined;
}

/**
 * Puts a backup in the place of the ledger, whatever state that is in, and keeps the old one beside it. A running server
 * does it itself and goes on with it. Throws `not-found`, `ledger-damaged` or `ledger-newer` for a backup that cannot be
 * used, and `ledger-locked` while another command has the ledger open.
 */
export async function restoreLedger(options: HouseOptions, file: string): Promise<Restored> {
  const folder = folderOf(options);
  makeDataFolder(folder);
  const target = `${folder}/ledger.db`;
  const resident = await findResident(folder);
  try {
    return await restoreSqliteLedger(resolve(file), target, async (draft) => {
      if (resident) return resident.replaceLedger(draft);
      const kept = swapIn(draft, target, `${folder}/ledger-before-${stampOf(Date.now())}.db`);
      const house = await openHouse({ ...options, resident: true });
      try {
        return { calls: (await house.ledger.facts()).calls, kept };
      } finally {
        await house.close();
      }
    });
  } finally {
    resident?.close();
  }
}

function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new TokenmeterError(
      'ledger-unwritable',
      `Cannot make the data directory "${folder}": choose another with --data or TOKENMETER_HOME`,
      { cause: error },
    );
  }
}

function folderOf({ home, data }: HouseOptions): string {
  return dataDir({
    data,
    home: home === undefined ? undefined : resolve(home),
    env: process.env,
    platform: process.platform,
  });
}

/** An instant as a file's name can hold it. */
function stampOf(instant: number): string {
  return new Date(instant).toISOString().replace(/[:.]/g, '-');
}
