/**
 * The change of a task's status, and the token event that may come with it: one transaction, and one event however often
 * it is tried. A change is named by the task and its number, so that done, reopened and done again are three.
 */
import type { PriceBook } from '@tokenmeter/core/price';
import type { Task, TaskStatus, TokenEvent } from '@tokenmeter/core/work';
import type { Driver } from '../driver.ts';
import { findEntity } from './entities.ts';
import { type Added, eventByKey, insertEvents } from './events.ts';

export interface AskedChange {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly at: number;
  /** Its key is the change's. */
  readonly event: TokenEvent | undefined;
}

/** Only within a write. Undefined where there is no such task. */
export function changeStatus(
  driver: Driver,
  book: PriceBook,
  { taskId, status, at, event }: AskedChange,
): { readonly task: Task; readonly isChanged: boolean; readonly added: Added | undefined } | undefined {
  const before = findEntity(driver, 'task', taskId);
  if (before?.id !== taskId) return undefined;
  const isChanged = before.status !== status;
  if (isChanged)
    driver
      .prepare('UPDATE task SET status = ?, updated_at = ?, done_at = ?, changes = changes + 1 WHERE id = ?')
      .run(status, at, status === 'done' ? at : null, taskId);
  const task = findEntity(driver, 'task', taskId) ?? before;
  const key = `status:${taskId}:${task.changes}`;
  const earlier = eventByKey(driver, key);
  // What the first try told stands.
  if (earlier) return { task, isChanged, added: event && { status: 'duplicate', row: earlier } };
  const [added] = event ? insertEvents(driver, [{ ...event, taskId, key }], book) : [];
  return { task, isChanged, added };
}
