/**
 * 100,000 token events posted in batches to the server, then summaries of every scope and the Token cost page's
 * questions: warm, and right after something moved, when what is remembered has to be read again.
 */
import { createApp } from '../packages/app/dist/server/app.js';
import { type House, withHome, withHouse } from './home.ts';
import { measure, median } from './measure.ts';

const EVENTS = 100_000;
const BATCH = 5_000;
const REPOS = 20;
const WORKPLANS = 60;
const TASKS = 1_000;
const MODELS = ['claude-opus-4-6', 'claude-sonnet-4-6', 'gpt-5.4', ''];
const DAY_MS = 86_400_000;

export async function benchWork(): Promise<void> {
  await withHome((home) =>
    withHouse(home, `${home}/data`, async (house) => {
      await prepare(house);
      const app = createApp(house);
      const start = performance.now();
      for (let first = 0; first < EVENTS; first += BATCH) {
        const events = Array.from({ length: BATCH }, (_, index) => eventOf(first + index, house.clock.now()));
        const response = await app.request('/token-events/batch', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ events }),
        });
        const { accepted } = JSON.parse(await response.text());
        if (accepted !== BATCH) throw new Error(`Only ${accepted} of ${BATCH} events were accepted`);
      }
      const seconds = (performance.now() - start) / 1_000;
      console.log(`${EVENTS} token events in batches of ${BATCH}`.padEnd(46), `${seconds.toFixed(2)} s`);
      const paths = [
        ...Object.entries({ task: 't7', workplan: 'w7', repo: 'r7' }).map(
          ([scope, id]) => `/token-events/summary/?scope=${scope}&id=${id}`,
        ),
        '/api/cost?by=repo',
        '/api/cost?by=task&limit=10',
        '/api/cost?by=workplan&window=month',
        '/token-events/?repo_id=r7&limit=1000',
      ];
      for (const path of paths) await report(path, () => app.request(path).then((response) => response.text()));
      await report('a summary right after an event was posted', async () => {
        await app.request('/token-events', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ task_id: 't7', tokens_in: 1 }),
        });
        await app.request('/token-events/summary/?scope=task&id=t7').then((response) => response.text());
      });
    }),
  );
}

async function prepare({ work, clock }: House): Promise<void> {
  const now = clock.now();
  for (let index = 0; index < REPOS; index++)
    await work.put('repo', { id: `r${index}`, name: `acme/repo-${index}`, remote: '', root: '', createdAt: now });
  for (let index = 0; index < WORKPLANS; index++)
    await work.put('workplan', {
      id: `w${index}`,
      name: `Workplan ${index}`,
      repoId: `r${index % REPOS}`,
      capNano: null,
      createdAt: now,
    });
  for (let index = 0; index < TASKS; index++)
    await work.put('task', {
      id: `t${index}`,
      title: `Task ${index}`,
      workplanId: `w${index % WORKPLANS}`,
      repoId: `r${index % REPOS}`,
      status: 'todo',
      sessions: [],
      createdAt: now,
      updatedAt: now,
      doneAt: null,
      changes: 0,
    });
}

function eventOf(index: number, now: number): object {
  return {
    task_id: `t${(index * 7_919) % TASKS}`,
    repo_id: `r${index % REPOS}`,
    model: MODELS[index % MODELS.length] || undefined,
    agent: index % 3 === 0 ? 'dev' : 'boss',
    tokens_in: 1_000 + (index % 9_000),
    tokens_out: index % 700,
    certainty: index % 5 === 0 ? 'estimated' : 'reported',
    created_at: new Date(now - (index % 90) * DAY_MS).toISOString(),
    idempotency_key: `event-${index}`,
  };
}

async function report(name: string, work: () => Promise<unknown>): Promise<void> {
  const rounds = await measure(9, work);
  const times = rounds.map((round) => round.wallMs);
  console.log(
    name.padEnd(46),
    `${median(times).toFixed(1)} ms`,
    `(${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)})`,
  );
}
