/** Which of an agent's dollars are shown: its list price, or nothing where a plan covers it and billed dollars lead. */
import { search } from '../router.ts';
import { readView } from '../url-state.ts';
import { settings } from './house.ts';

/** Name of the plan that covers an agent while billed dollars are shown; undefined otherwise. */
export function coveringPlan(agent: string): string | undefined {
  const held = settings.state.value.data;
  const unit = readView(search.value).unit ?? held?.display.unit;
  return held && unit === 'billed' && Object.hasOwn(held.plans, agent) ? held.plans[agent] : undefined;
}
