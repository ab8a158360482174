/**
 * Bytes to ledger: finds what is new, reads parents before children, folds, and appends rows with their cursors in one
 * transaction each. Kill it anywhere and run it again: the same numbers. One scan at a time.
 */
import { accessSync, constants } from 'node:fs';
import type { Clock, Cursor, Ledger } from '@tokenmeter/core';
import { Meter } from '@tokenmeter/core';
import type { Agent, Machine } from '@tokenmeter/core/agents';
import { formatUnread } from '@tokenmeter/core/format';
import type { FoundRoot, Ingest, LedgerChange, ScanProgress, ScanReport } from '../house.ts';
import { SmallHeap } from '../small-heap.ts';
import { isUnchanged } from './cursor.ts';
import { type Closed, discover, type FoundFile, whyClosed } from './discover.ts';
import { LineageTable, readLineage } from './lineage.ts';
import { LineReader } from './lines.ts';
import { readFile } from './read-file.ts';
import { nodeUnpack, type Unpack } from './unpacked.ts';
import { watchLogs } from './watch.ts';

/** Events held before they are told the ledger: so few that they die young, for it may write many such batches at once. */
const EVENTS_PER_APPEND = 1_000;
const FILES_PER_APPEND = 2_000;
/** What compressed logs hold is about this many times as long. */
const UNPACKS_TO = 8;
/** The event loop gets a turn at least this often while history is read. */
const TURN_MS = 12;

export interface PipelineOptions {
  readonly agents: readonly Agent[];
  readonly machine: Machine;
  readonly ledger: Pick<Ledger, 'append' | 'cursors' | 'finish'>;
  readonly clock: Clock;
  /** Whether names of files and commands may be kept; asked anew for each file. True if absent. */
  readonly withNames?: (() => boolean) | undefined;
  /** Whether first lines of prompts may be kept; asked anew for each file. False if absent. */
  readonly withOpenings?: (() => boolean) | undefined;
  /** How compressed logs are unpacked: as this Node does it if absent, not at all if null. */
  readonly unpack?: Unpack | null | undefined;
}

export class Pipeline implements Ingest {
  readonly #options: PipelineOptions;
  readonly #unpack: Unpack | undefined;
  readonly #lines = new LineReader();
  readonly #listeners = new Set<(change: LedgerChange) => void>();
  #lineage = new LineageTable();
  #cursors: Map<string, Cursor> | undefined;
  #byFileId: Map<string, Cursor> | undefined;
  #running: Promise<ScanReport> | undefined;
  /** Settles, never rejects, when reading may go on. */
  #still: Promise<void> | undefined;
  #progress: ScanProgress | undefined;
  #seq = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#unpack = options.unpack === null ? undefined : (options.unpack ?? nodeUnpack);
  }

  progress(): ScanProgress | undefined {
    return this.#progress;
  }

  onChange(listener: (change: LedgerChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(changed: number, sessions: readonly string[] = []): void {
    if (changed > 0) this.#tell({ inserted: 0, changed, sessions });
  }

  async roots(): Promise<readonly FoundRoot[]> {
    const { roots, files, closed } = discover(this.#options.agents, this.#options.machine);
    const cursors = await this.#knownCursors();
    const unread = files.filter((file) => this.#isFresh(file, cursors.get(file.path))).flatMap(closedFile);
    return roots.map((root) => ({ ...root, error: errorIn(root.path, [...closed, ...unread]) }));
  }

  scan(options: { readonly onProgress?: ((progress: ScanProgress) => void) | undefined } = {}): Promise<ScanReport> {
    if (this.#still) return this.#still.then(() => this.scan(options));
    this.#running ??= this.#scanAll(options.onProgress).finally(() => {
      this.#running = undefined;
      this.#progress = undefined;
    });
    return this.#running;
  }

  /**
   * Runs `work` while nothing is read, then knows nothing of the ledger any more, which may be another one, and tells that
   * everything may have moved. A scan under way ends after the file it is at.
   */
  async standStill<T>(work: () => Promise<T>): Promise<T> {
    while (this.#still) await this.#still;
    let goOn = () => {};
    this.#still = new Promise((resolve) => {
      goOn = resolve;
    });
    try {
      while (this.#running) await this.#running.catch(() => undefined);
      return await work();
    } finally {
      this.#forgetCursors();
      this.#lineage = new LineageTable();
      this.#still = undefined;
      this.#tell({ inserted: 0, changed: 1, sessions: [] });
      goOn();
    }
  }

  async watch(): Promise<{ close(): Promise<void> }> {
    return watchLogs({
      agents: this.#options.agents,
      machine: this.#options.machine,
      read: (files) => this.#readSome(files),
      scan: () => this.scan(),
    });
  }

  async #scanAll(onProgress: ((progress: ScanProgress) => void) | undefined): Promise<ScanReport> {
    const { files, closed } = discover(this.#options.agents, this.#options.machine);
    const report = await this.#read(files, onProgress);
    return closed.length > 0 ? { ...report, failures: [...closed, ...report.failures] } : report;
  }

  /** Files that a watcher saw move; waits for a scan under way, so that no file is read twice at once. */
  async #readSome(files: readonly FoundFile[]): Promise<ScanReport> {
    for (let busy = this.#still ?? this.#running; busy; busy = this.#still ?? this.#running)
      await busy.catch(() => undefined);
    this.#running = this.#read(files, undefined).finally(() => {
      this.#running = undefined;
      this.#progress = undefined;
    });
    return this.#running;
  }

  async #read(
    files: readonly FoundFile[],
    onProgress: ((progress: ScanProgress) => void) | undefined,
  ): Promise<ScanReport> {
    const cursors = await this.#knownCursors();
    const fresh = files.filter((file) => this.#isFresh(file, cursors.get(file.path)));
    const report = {
      filesRead: 0,
      filesTotal: files.length,
      bytesRead: 0,
      inserted: 0,
      changed: 0,
      failures: [] as ScanReport['failures'][number][],
    };
    if (fresh.length === 0) return report;
    const lineages = await this.#learnLineages(fresh, cursors);
    const ordered = this.#inOrder(fresh, lineages);
    const meter = new Meter();
    let finished: Cursor[] = [];
    let done = 0;
    let bytesDone = 0;
    const bytesTotal = ordered.reduce(
      (sum, file) => sum + Math.max(0, file.size - (file.compressedPath ? 0 : (cursors.get(file.path)?.offset ?? 0))),
      0,
    );
    let turn = performance.now();
    const breathe = async () => {
      this.#progress = { filesDone: done, filesTotal: ordered.length, bytesDone, bytesTotal };
      if (performance.now() - turn < TURN_MS) return;
      onProgress?.(this.#progress);
      await new Promise((resolve) => setImmediate(resolve));
      turn = performance.now();
    };
    // A ledger that refuses ends the scan: its cursors say what it has, and the next scan reads the rest again.
    let refusal: unknown;
    const telling = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        refusal = error;
        this.#forgetCursors();
        throw error;
      }
    };
    const flush = (last: readonly Cursor[]) =>
      telling(async () => {
        const all = [...finished, ...last];
        finished = [];
        await this.#append(meter, all, report);
        for (const cursor of all) this.#remember(cursor);
        heap?.look();
      });
    const heap = SmallHeap.whileReading(
      ordered.some((file) => file.compressedPath) ? bytesTotal * UNPACKS_TO : bytesTotal,
    );
    try {
      for (const file of ordered) {
        if (this.#still) break;
        try {
          const cursor = await readFile({
            file,
            cursor: cursors.get(file.path) ?? this.#moved(file),
            lineage: lineages.get(file.path),
            rootOf: (id) => this.#lineage.rootOf(file.agent.id, id),
            lines: this.#lines,
            unpack: this.#unpack,
            meter,
            withNames: this.#options.withNames?.() ?? true,
            withOpenings: this.#options.withOpenings?.() ?? false,
            onProgress: async (at, bytes) => {
              bytesDone += bytes;
              report.bytesRead += bytes;
              if (meter.pending >= EVENTS_PER_APPEND) await flush([at()]);
              await breathe();
            },
          });
          finished.push(cursor);
          report.filesRead++;
          if (cursor.unread !== undefined)
            report.failures.push({ path: file.compressedPath ?? file.path, reason: formatUnread(cursor.unread) });
        } catch (error) {
          if (refusal !== undefined) throw error;
          report.failures.push({ path: file.path, reason: whyClosed(error) });
        }
        done++;
        if (meter.pending >= EVENTS_PER_APPEND || finished.length >= FILES_PER_APPEND) await flush([]);
        await breathe();
      }
      await flush([]);
    } finally {
      if (refusal === undefined) await telling(() => this.#options.ledger.finish());
      heap?.end();
    }
    return report;
  }

  async #append(
    meter: Meter,
    cursors: readonly Cursor[],
    report: { inserted: number; changed: number },
  ): Promise<void> {
    if (meter.pending === 0 && cursors.length === 0) return;
    const { inserted, changed, sessions } = await this.#options.ledger.append(meter.drain(cursors), { more: true });
    report.inserted += inserted;
    report.changed += changed;
    if (inserted + changed === 0) return;
    this.#tell({ inserted, changed, sessions });
  }

  #tell(moved: Pick<LedgerChange, 'inserted' | 'changed' | 'sessions'>): void {
    const change: LedgerChange = { seq: ++this.#seq, at: this.#options.clock.now(), ...moved };
    for (const listener of this.#listeners) listener(change);
  }

  async #knownCursors(): Promise<Map<string, Cursor>> {
    if (!this.#cursors) {
      this.#cursors = new Map(await this.#options.ledger.cursors());
      this.#byFileId = new Map([...this.#cursors.values()].map((cursor) => [cursor.fileId, cursor]));
      this.#lineage.addCursors(this.#cursors.values());
    }
    return this.#cursors;
  }

  #forgetCursors(): void {
    this.#cursors = undefined;
    this.#byFileId = undefined;
  }

  #remember(cursor: Cursor): void {
    this.#cursors?.set(cursor.source.path, cursor);
    this.#byFileId?.set(cursor.fileId, cursor);
  }

  /** A log that was moved (into an archive, say) keeps its place: same file, another path. */
  #moved(file: FoundFile): Cursor | undefined {
    const cursor = this.#byFileId?.get(file.fileId);
    return cursor?.source.agent === file.agent.id ? cursor : undefined;
  }

  /** A log that could not be unpacked is looked at again once it can be. */
  #isFresh(file: FoundFile, cursor: Cursor | undefined): boolean {
    return !isUnchanged(file, cursor) || (cursor?.unread === 'unsupported' && this.#unpack !== undefined);
  }

  async #learnLineages(files: readonly FoundFile[], cursors: ReadonlyMap<string, Cursor>) {
    const lineages = new Map<string, { id: string; parentId: string }>();
    for (const file of files) {
      const known = cursors.get(file.path);
      if (!file.agent.lineage || (known && known.lineageId !== '')) continue;
      const lineage = await readLineage(file, this.#unpack);
      if (!lineage) continue;
      lineages.set(file.path, lineage);
      this.#lineage.add(file.agent.id, lineage);
    }
    return lineages;
  }

  #inOrder(files: readonly FoundFile[], lineages: ReadonlyMap<string, { id: string }>): readonly FoundFile[] {
    const depth = new Map<string, number>();
    for (const file of files) {
      const id = lineages.get(file.path)?.id;
      depth.set(file.path, id === undefined ? 0 : this.#lineage.depthOf(file.agent.id, id));
    }
    return [...files].sort(
      (a, b) => (depth.get(a.path) ?? 0) - (depth.get(b.path) ?? 0) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    );
  }
}

/** A file that lies there and will not be opened. */
function closedFile({ path, compressedPath = path }: FoundFile): readonly Closed[] {
  try {
    accessSync(compressedPath, constants.R_OK);
    return [];
  } catch (error) {
    return [{ path: compressedPath, reason: whyClosed(error) }];
  }
}

/** What of a root is closed, the first by name. */
function errorIn(root: string, closed: readonly Closed[]): string | undefined {
  const [first, ...others] = closed.filter(({ path }) => path === root || path.startsWith(`${root}/`));
  if (!first) return undefined;
  return `Cannot read "${first.path}": ${first.reason}${others.length > 0 ? `, and ${others.length} more` : ''}`;
}
