/**
 * Megabytes a second: of each agent's reader alone (lines to events to the fold, nothing written), of a whole first read
 * with the ledger written, and what a second read of unchanged logs costs.
 */
import type { Ledger } from '@tokenmeter/core';
import { agents } from '@tokenmeter/core/agents';
import { Pipeline } from '../packages/app/dist/ingest/pipeline.js';
import { fillHome, sizeOf, withHome, withHouse } from './home.ts';
import { measure, median, tell } from './measure.ts';

/** A ledger that forgets: what is left is the reading. */
const nowhere: Pick<Ledger, 'append' | 'cursors'> = {
  cursors: async () => new Map(),
  append: async ({ calls }) => ({ inserted: calls.length, changed: 0, sessions: [] }),
};

export async function benchReading(bytes: number): Promise<void> {
  await withHome(async (home) => {
    const written = fillHome(home, bytes);
    const machine = { home, env: {}, platform: process.platform };
    for (const agent of agents) {
      const own = agent.roots(machine).reduce((sum, root) => sum + sizeOf(root.path), 0);
      const scan = () => new Pipeline({ agents: [agent], machine, ledger: nowhere, clock: { now: () => 0 } }).scan();
      tell(`read ${agent.name}`, own / 1e6, 'MB', await measure(5, scan));
    }
    let run = 0;
    const first = await measure(3, () => withHouse(home, `${home}/data-${run++}`, (house) => house.ingest.scan()));
    tell('first read, ledger written', written / 1e6, 'MB', first);
    const warm = await measure(5, () => withHouse(home, `${home}/data-0`, (house) => house.ingest.scan()));
    const cpu = median(warm.map(({ cpuMs }) => cpuMs));
    console.log(
      `${'second read, nothing new'.padEnd(34)} ${cpu.toFixed(1)} ms CPU, ${((cpu / median(first.map(({ cpuMs }) => cpuMs))) * 100).toFixed(1)} % of the first`,
    );
    console.log(
      `${'peak memory'.padEnd(34)} ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB (this process, with the bench in it)`,
    );
  });
}
