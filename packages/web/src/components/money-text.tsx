/** All money on the pages goes through here: the figure, its exact value as a tooltip, and a badge where it is not whole. */
import { explainMoney, formatDate, formatMoney, formatTokens } from '@tokenmeter/core/format';
import { hrefIfServed } from '../routes.ts';
import { dateFormat, moneyFormat, settings } from '../stores/house.ts';

interface Properties {
  /** Nano-dollars; null where nothing has a price. */
  readonly nano: bigint | null;
  readonly precision?: 'normal' | 'axis';
}

export function MoneyText({ nano, precision = 'normal' }: Properties) {
  const text = formatMoney(nano, { ...moneyFormat.value, precision });
  if (nano === null) return <span class="ink-3">{text}</span>;
  const title = exactMoney(nano);
  return title === text ? <span>{text}</span> : <span title={title}>{text}</span>;
}

/** The amount in full, with the rate it was converted at. */
export function exactMoney(nano: bigint | null): string {
  const from = settings.state.value.data?.display.currency_rate_date;
  const date = from ? formatDate(Date.parse(from), { ...dateFormat.peek(), tz: 'UTC' }) : undefined;
  return explainMoney(nano, moneyFormat.value, date);
}

/** `1.9M tokens unpriced`, or `No price` where nothing has one; nothing where all of it has. */
export function PriceBadge({
  nano,
  unpricedTokens,
  short,
}: Pick<Properties, 'nano'> & {
  readonly unpricedTokens: number;
  readonly short?: boolean;
}) {
  if (unpricedTokens === 0 && nano !== null) return null;
  const tokens = formatTokens(unpricedTokens);
  const text = nano === null ? 'No price' : short ? `+${tokens} unpriced` : `${tokens} tokens unpriced`;
  const title = `${tokens} tokens have no price and are in no amount`;
  const href = hrefIfServed('/settings/prices');
  return href ? (
    <a class="badge warning" href={href} title={title}>
      {text}
    </a>
  ) : (
    <span class="badge warning" title={title}>
      {text}
    </span>
  );
}
