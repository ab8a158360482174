/** Rounds, medians and one way of printing them. It refuses to hide the spread: the fastest and slowest stand beside. */

export interface Round {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Runs `work` `rounds` times after one that does not count. */
export async function measure(rounds: number, work: () => unknown): Promise<Round[]> {
  await work();
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await work();
    const { user, system } = process.cpuUsage(cpu);
    results.push({ wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 });
  }
  return results;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One line: the name, the median rate per CPU second and per wall second, and the spread. */
export function tell(name: string, units: number, unit: string, rounds: readonly Round[]): void {
  const perCpu = rounds.map(({ cpuMs }) => (units / cpuMs) * 1_000);
  const perWall = rounds.map(({ wallMs }) => (units / wallMs) * 1_000);
  const spread = `${short(Math.min(...perCpu))} to ${short(Math.max(...perCpu))}`;
  console.log(
    `${name.padEnd(34)} ${short(median(perCpu)).padStart(8)} ${unit}/CPU s  ${short(median(perWall)).padStart(8)} ${unit}/s  (${spread})`,
  );
}

function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(0)}k`;
  return value.toFixed(value < 10 ? 2 : 0);
}
