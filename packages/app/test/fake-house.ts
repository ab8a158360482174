/** A house in memory for tests of the server: its clock and its ingest do as they are told. */
import type { Clock } from '@tokenmeter/core';
import { type Config, loadConfig, writeConfig } from '../src/config.ts';
import type { ConfigChange } from '../src/following-config.ts';
import type { FoundRoot, House, LedgerChange, ScanProgress, ScanReport } from '../src/house.ts';
import { FakeLedger } from './fake-ledger.ts';
import { noWork } from './no-work.ts';

class FakeIngest {
  progress_: ScanProgress | undefined;
  roots_: FoundRoot[] = [];
  scans = 0;
  #listeners = new Set<(change: LedgerChange) => void>();

  /** Says that the ledger moved. */
  tell(seq: number, at: number, sessions: readonly string[] = ['s1'], inserted = 1): void {
    for (const listener of this.#listeners) listener({ seq, at, inserted, changed: 0, sessions });
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  readonly announced: number[] = [];

  async scan(): Promise<ScanReport> {
    this.scans++;
    return { filesRead: 0, filesTotal: 0, bytesRead: 0, inserted: 0, changed: 0, failures: [] };
  }
  async watch() {
    return { close: async () => {} };
  }
  async roots() {
    return this.roots_;
  }
  progress() {
    return this.progress_;
  }
  announce(changed: number) {
    if (changed > 0) this.announced.push(changed);
  }
  onChange(listener: (change: LedgerChange) => void) {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

export interface FakeHouse extends House {
  readonly ledger: FakeLedger;
  readonly ingest: FakeIngest;
  readonly clock: Clock & { nowMs: number };
}

/** A house at an instant. `dataDir` must be a folder of the test's own where settings are written. */
export function fakeHouse(now: string, config: Partial<Config> = {}, dataDir = '/nowhere/tokenmeter'): FakeHouse {
  const load = () => ({ ...loadConfig({ dataDir, env: {}, machineTz: 'UTC', locale: 'en-US' }).config, ...config });
  let held = load();
  const listeners = new Set<(change: ConfigChange) => void>();
  const clock = {
    nowMs: Date.parse(now),
    now() {
      return this.nowMs;
    },
  };
  return {
    version: '0.1.0',
    host: 'ada-laptop',
    dataDir,
    get config() {
      return held;
    },
    warnings: [],
    machine: { home: '/home/ada', env: {}, platform: 'linux' },
    agents: [],
    clock,
    ledger: new FakeLedger(),
    work: noWork,
    linkWork: async () => ({ repos: 0, changed: 0, directories: 0, commits: 0, releases: 0, homeless: 0 }),
    ingest: new FakeIngest(),
    configure: async (changes) => {
      await writeConfig(dataDir, changes);
      const config = load();
      held = config;
      for (const listener of listeners) listener({ config, changed: [], warnings: [] });
      return config;
    },
    onConfigure: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    replaceLedger: async () => ({ calls: 0, kept: undefined }),
    close: async () => {},
  };
}
