/** Finds a run that was started here by its id, or how that begins. A session's id is not looked at. */
import { type Run, TokenmeterError } from '@tokenmeter/core';
import type { House } from '../house.ts';

const PAGE = 200;

/** Undefined where none begins so. Throws `usage` where several do. */
export async function startedRun({ runs }: Pick<House, 'runs'>, typed: string): Promise<Run | undefined> {
  if (!runs || typed === '') return undefined;
  const exact = await runs.run(typed);
  if (exact) return exact;
  const near: Run[] = [];
  let after: string | undefined;
  do {
    const page = await runs.runs({ limit: PAGE, after });
    near.push(...page.runs.filter(({ id }) => id.startsWith(typed)));
    after = page.next;
  } while (after !== undefined);
  const [first, second] = near;
  if (first && second)
    throw new TokenmeterError(
      'usage',
      `Cannot tell which run "${typed}" is: ${near.length} begin so, such as ${first.id} and ${second.id}`,
    );
  return first;
}
