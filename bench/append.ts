/** From a line being written to a log until the server's stream tells of it: what a person waits for. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { startServer } from '../packages/app/dist/server/start.js';
import { withHome, withHouse } from './home.ts';
import { percentile } from './measure.ts';

const ROUNDS = 100;

const line = (index: number) =>
  `${JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    cwd: '/home/dev/x',
    sessionId: 'bench',
    version: '2.1.99',
    gitBranch: 'main',
    type: 'assistant',
    uuid: `u${index}`,
    timestamp: new Date(Date.UTC(2026, 5, 30) + index * 1000).toISOString(),
    requestId: `req_${index}`,
    message: {
      id: `msg_${index}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-6',
      content: [{ type: 'text', text: 'x' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, cache_creation_input_tokens: 1, cache_read_input_tokens: 1, output_tokens: 1 },
    },
  })}\n`;

export async function benchAppend(): Promise<void> {
  await withHome((home) =>
    withHouse(home, `${home}/data`, async (house) => {
      const folder = `${home}/.claude/projects/-home-dev-x`;
      mkdirSync(folder, { recursive: true });
      const file = `${folder}/bench.jsonl`;
      writeFileSync(file, line(0));
      const watching = await house.ingest.watch();
      await house.ingest.scan();
      const server = await startServer(house, { port: 0, host: '127.0.0.1' });
      const waits: number[] = [];
      try {
        for (let round = 1; round <= ROUNDS; round++) {
          const calls = async () => (await (await fetch(`${server.url}/api/query?by=session`)).json()).totals.calls;
          const start = performance.now();
          appendFileSync(file, line(round));
          while ((await calls()) !== round + 1) {
            if (performance.now() - start > 10_000) throw new Error(`Cannot see record ${round} in the API after 10 s`);
          }
          waits.push(performance.now() - start);
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      } finally {
        await server.close();
        await watching.close();
      }
      const [p50, p95, worst] = [0.5, 0.95, 1].map((share) => percentile(waits, share).toFixed(1));
      console.log(`${'append to API'.padEnd(48)} p50 ${p50} ms, p95 ${p95} ms, worst ${worst} ms (${ROUNDS} appends)`);
    }),
  );
}
