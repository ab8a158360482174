/**
 * What attribution adds to a first read: CPU time and peak memory of whole processes that only read, and of ones that then
 * say what consumed the tokens, in turn. A process of its own each, because that is what a person starts.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fillHome, withHome, withHouse } from './home.ts';
import { median } from './measure.ts';

const ROUNDS = 3;

interface Cost {
  readonly cpuMs: number;
  readonly peakMb: number;
}

export async function benchAttribution(bytes: number): Promise<void> {
  await withHome(async (home) => {
    const written = fillHome(home, bytes);
    const read: Cost[] = [];
    const both: Cost[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      read.push(run('read', home, `${home}/data-read-${round}`));
      both.push(run('attribute', home, `${home}/data-both-${round}`));
    }
    const cpu = [read, both].map((costs) => median(costs.map(({ cpuMs }) => cpuMs)));
    const peak = [read, both].map((costs) => median(costs.map(({ peakMb }) => peakMb)));
    const [readCpu = Number.NaN, bothCpu = Number.NaN] = cpu;
    const [readPeak = Number.NaN, bothPeak = Number.NaN] = peak;
    console.log(
      `${`attribute ${(written / 1e6).toFixed(0)} MB of logs`.padEnd(34)} ${(bothCpu - readCpu).toFixed(0)} ms CPU, ${(((bothCpu - readCpu) / readCpu) * 100).toFixed(1)} % of the first read's ${readCpu.toFixed(0)}`,
    );
    console.log(
      `${'peak memory with it'.padEnd(34)} ${bothPeak.toFixed(0)} MB, ${(bothPeak - readPeak).toFixed(0)} MB more than the read alone`,
    );
  });
}

function run(what: 'read' | 'attribute', home: string, data: string): Cost {
  const told = execFileSync(process.execPath, [fileURLToPath(import.meta.url), what, home, data], { encoding: 'utf8' });
  return JSON.parse(told) as Cost; // as -- what the process below prints
}

/** The process that is measured. */
async function beMeasured(what: string, home: string, data: string): Promise<void> {
  await withHouse(home, data, async (house) => {
    await house.ingest.scan();
    if (what === 'attribute')
      await house.ledger.attribution({ method: 'ledger', byThread: false, withItems: false, withContext: false });
  });
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 }));
}

const [, script, what, home, data] = process.argv;
if (script === fileURLToPath(import.meta.url) && what && home && data) await beMeasured(what, home, data);
