/**
 * What the command line and the server are given: ports only. `main.ts` alone builds one. Nothing here does anything.
 */
import type { Clock, Ledger, RunStore } from '@tokenmeter/core';
import type { Agent, Machine } from '@tokenmeter/core/agents';
import type { WorkStore } from '@tokenmeter/core/work';
import type { Config } from './config.ts';
import type { ConfigChange } from './following-config.ts';
import type { LinkReport } from './git/port.ts';
import type { Hub, Processes, Runner } from './live/port.ts';

export interface House {
  readonly version: string;
  /** Name of this machine, whose logs the ledger is read from. */
  readonly host: string;
  readonly dataDir: string;
  /** As it is now. */
  readonly config: Config;
  /** Warnings of reading the config as it is now: told on stderr by the command line, in /api/health by the server. */
  readonly warnings: readonly string[];
  readonly machine: Machine;
  readonly agents: readonly Agent[];
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Tasks, token events and the rest of the work that spend is accounted to; in the ledger's own database. */
  readonly work: WorkStore;
  /** Asks git where sessions ran, so that spend is tied to repositories, commits and releases. Cheap where nothing moved. */
  linkWork(): Promise<LinkReport>;
  readonly ingest: Ingest;
  /** Runs in progress. Undefined in a house that only reads. */
  readonly live?: Hub | undefined;
  /** Runs as they are kept. */
  readonly runs?: RunStore | undefined;
  /** Starts agents; undefined where none can be started. */
  readonly runner?: Runner | undefined;
  /**
   * Has the server that holds the data directory do a tool for agents; undefined where none answers. Absent in the server.
   */
  readonly askServer?: ((tool: string, asked: unknown) => Promise<unknown>) | undefined;
  /** Looks after processes that an earlier process of ours left. */
  readonly processes?: Processes | undefined;
  /** Writes changed keys into config.jsonc (comments kept) and answers the new config. */
  configure(changes: Readonly<Record<string, unknown>>): Promise<Config>;
  /** Told when another config holds, whoever changed it, or something else is wrong with it. Returns how to stop listening. */
  onConfigure(listener: (change: ConfigChange) => void): () => void;
  /**
   * Puts a checked copy of a backup, lying in the data directory, in the place of the ledger and goes on with that; what
   * the logs have since is read again behind it.
   */
  replaceLedger(draft: string): Promise<Restored>;
  close(): Promise<void>;
}

export interface Restored {
  readonly calls: number;
  /** Where the ledger that was there is kept, undefined where there was none. */
  readonly kept: string | undefined;
}

export interface ScanProgress {
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface ScanReport {
  /** Files that had something new. */
  readonly filesRead: number;
  readonly filesTotal: number;
  readonly bytesRead: number;
  readonly inserted: number;
  readonly changed: number;
  /** Files that could not be read, with why. */
  readonly failures: readonly { readonly path: string; readonly reason: string }[];
}

/** A place where an agent's logs were looked for. */
export interface FoundRoot {
  readonly agent: string;
  readonly path: string;
  readonly because: string;
  readonly exists: boolean;
  readonly error?: string | undefined;
}

export interface LedgerChange {
  readonly seq: number;
  readonly at: number;
  readonly inserted: number;
  readonly changed: number;
  readonly sessions: readonly string[];
}

/** Reading of logs into the ledger. One scan at a time; a second caller gets the first one's report. */
export interface Ingest {
  scan(options?: { readonly onProgress?: ((progress: ScanProgress) => void) | undefined }): Promise<ScanReport>;
  /** Follows the logs until closed; every append reaches the ledger at once. */
  watch(): Promise<{ close(): Promise<void> }>;
  roots(): Promise<readonly FoundRoot[]>;
  /** Progress of the scan under way, undefined when none is. */
  progress(): ScanProgress | undefined;
  /** Told after each commit that moved something. Returns how to stop listening. */
  onChange(listener: (change: LedgerChange) => void): () => void;
  /** Tells listeners of calls that moved for another reason than a log: a price was set, a run told. Without sessions, any. */
  announce(changed: number, sessions?: readonly string[]): void;
}
