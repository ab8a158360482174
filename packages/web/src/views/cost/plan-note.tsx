/** Whose money it is: list price that a plan covers in part, or the bill without what the plan covers. */
import { formatTokens } from '@tokenmeter/core/format';
import type { CostAnswer } from '../../stores/cost.ts';
import { settings } from '../../stores/house.ts';

export function PlanNote({ answer }: { readonly answer: CostAnswer }) {
  const plans = settings.state.value.data?.plans ?? {};
  const covered = (answer.parts.agent?.rows ?? [])
    .filter(({ id }) => Object.hasOwn(plans, id))
    .reduce((sum, { tokens }) => sum + tokens, 0);
  if (covered === 0) return null;
  return (
    <p class="ink-3 small">
      {answer.isBilled
        ? `${formatTokens(covered)} tokens were covered by a plan and are left out.`
        : 'List price. Part of this is covered by your plan. It isn’t your bill.'}
    </p>
  );
}
