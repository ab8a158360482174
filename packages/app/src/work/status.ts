/** The change of a task's status, with the tokens an agent tells of it: one call, one event. */
import type { WireTaskStatusChange, WireTaskStatusResult } from '@tokenmeter/core';
import { wireTask, wireTokenEvent } from '@tokenmeter/core/work';
import { WorkFault } from './fault.ts';
import { resolve } from './references.ts';
import { eventOf, type Telling } from './token-events.ts';

/** Absent and 0 tokens differ: an event comes only where one of the two was told. */
export async function changeTaskStatus(
  telling: Telling,
  reference: string,
  change: WireTaskStatusChange,
): Promise<WireTaskStatusResult> {
  const taskId = await resolve(telling, 'task', 'task_id', reference);
  const { status, ...told } = change;
  const hasTokens = told.tokens_in !== undefined || told.tokens_out !== undefined;
  const event = hasTokens ? await eventOf(telling, { ...told, task_id: taskId }) : undefined;
  const result = await telling.work.changeStatus(taskId, status, telling.now, event);
  if (!result) throw new WorkFault('not-found', 'task_id', `Cannot find the task "${reference}"`);
  return {
    task: wireTask(result.task),
    changed: result.isChanged,
    event: result.event ? wireTokenEvent(result.event) : null,
    event_created: result.isEventNew,
  };
}
