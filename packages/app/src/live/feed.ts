/** The feed: the last calls that settled in any run, newest first. What a call asked for may be heard after it, so entries are made when they are sent. */
import type { SettledCall, WireLiveCall } from '@tokenmeter/core';
import { wireLiveCall } from '@tokenmeter/core';
import { projectName } from '@tokenmeter/core/format';
import type { FollowedRun } from './followed-run.ts';

const KEPT = 40;

interface Entry {
  readonly run: FollowedRun;
  readonly settled: SettledCall;
}

export class Feed {
  #entries: Entry[] = [];
  #fresh: Entry[] = [];

  /** Takes a settled call; `isNew` ones are told, the others are only history. */
  add(run: FollowedRun, settled: SettledCall, isNew: boolean): void {
    if (settled.sighting.certainty === 'reported') return;
    const entry = { run, settled };
    this.#entries.unshift(entry);
    this.#entries.sort((a, b) => b.settled.sighting.at - a.settled.sighting.at);
    this.#entries.length = Math.min(KEPT, this.#entries.length);
    if (!isNew) return;
    this.#fresh.push(entry);
    if (this.#fresh.length > KEPT) this.#fresh.shift();
  }

  /** What nobody was told yet, newest first. */
  takeFresh(): WireLiveCall[] {
    const fresh = this.#fresh.map(wireEntry).reverse();
    this.#fresh = [];
    return fresh;
  }

  now(): WireLiveCall[] {
    return this.#entries.map(wireEntry);
  }
}

function wireEntry({ run, settled }: Entry): WireLiveCall {
  const thread = run.meter.threads.get(settled.sighting.threadId);
  const project = run.run.cwd || run.meter.session?.cwd || '';
  return wireLiveCall(
    settled,
    run.id,
    projectName(project, run.repository),
    thread?.isMain ? '' : (thread?.name ?? ''),
  );
}
