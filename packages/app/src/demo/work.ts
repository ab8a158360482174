/** The demo's plans and tasks, with the sessions of the days before that were work on them. */
import type { WorkStore } from '@tokenmeter/core/work';
import { repoOf } from '../git/repository.ts';
import type { PlayedSession } from './stage.ts';
import { PROJECTS, TASKS, WORKPLANS } from './story.ts';

const DAY_MS = 86_400_000;

/** Tells the ledger of them. `now` in UTC ms; repositories are those that git will tell of, by the same ids. */
export async function tellWork(work: WorkStore, past: readonly PlayedSession[], now: number): Promise<void> {
  const began = now - 14 * DAY_MS;
  const repos = new Map(PROJECTS.map(({ folder, remote }) => [folder, repoOf(remote, '', began)]));
  const repoIdOf = (folder: string) => repos.get(folder)?.id ?? '';
  for (const repo of repos.values()) await work.put('repo', repo);
  for (const { id, name, folder, capNano } of WORKPLANS)
    await work.put('workplan', { id, name, repoId: repoIdOf(folder), capNano, createdAt: began });
  for (const { id, title, folder, workplan, status } of TASKS) {
    const own = past.filter(({ task }) => task.id === id);
    const lastAt = own.at(-1)?.startsAt ?? began;
    await work.put('task', {
      ...{ id, title, workplanId: workplan, repoId: repoIdOf(folder), status },
      sessions: own.map(({ sessionId }) => sessionId),
      ...{ createdAt: began, updatedAt: lastAt, doneAt: status === 'done' ? lastAt : null, changes: 0 },
    });
  }
}
