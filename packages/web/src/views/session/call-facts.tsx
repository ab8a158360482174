/** A call in figures: its counts with the price of each and the sum written out, the price's name, where it was seen. */

import type { WireCallDetail, WireSessionDetail } from '@tokenmeter/core';
import {
  callerName,
  certaintyMark,
  certaintyWords,
  formatBytes,
  formatContextPercent,
  formatCount,
  formatMoney,
  formatTokens,
} from '@tokenmeter/core/format';
import { exactMoney, PriceBadge } from '../../components/money-text.tsx';
import { kindClass } from '../../kinds.ts';
import { moneyFormat, settings } from '../../stores/house.ts';
import { type Charge, chargeOf, scaleOf } from './charge.ts';
import { sessionHref } from './session-path.ts';
import { threadName } from './threads.ts';
import '../../styles/swatch.css';

interface Properties {
  readonly call: WireCallDetail;
  readonly detail: WireSessionDetail;
}

export function CallFacts({ call, detail }: Properties) {
  const charge = chargeOf(call);
  const thread = detail.threads.find(({ thread_id }) => thread_id === call.thread_id);
  const mark = certaintyMark(call.certainty);
  return (
    <div class="call-body">
      <ChargeTable call={call} charge={charge} />
      <PriceWords call={call} charge={charge} />
      <dl class="call-facts">
        <Fact name="Stop reason" value={call.stop_reason ?? '—'} />
        <Fact name="Agent" value={thread ? threadName(thread) : callerName(call.caller)} />
        <Fact
          name="Context"
          value={`${formatTokens(call.context)}${call.context_window === null ? ', window unknown' : `, ${formatContextPercent(call.context, call.context_window)} of ${formatTokens(call.context_window)}`}`}
        />
        {call.reasoning !== null && <Fact name="Reasoning" value={`${formatTokens(call.reasoning)} of the output`} />}
        {mark && <Fact name="Certainty" value={certaintyWords(call.certainty)} />}
        {call.tier && <Fact name="Tier" value={call.tier} />}
        {call.geo && <Fact name="Region" value={call.geo} />}
        <Fact name="Model id" value={call.model || '—'} isMono />
        <Fact name="Request" value={call.request_id ?? '—'} isMono />
        <Fact name="Response" value={call.response_id || '—'} isMono />
        <Fact name="Folder" value={call.cwd || '—'} isMono />
        {call.branch && <Fact name="Branch" value={call.branch} isMono />}
      </dl>
      {call.tools.length > 0 && <Tools call={call} />}
      <Sightings call={call} />
      <p class="call-content ink-3">Content isn’t stored.</p>
    </div>
  );
}

function Fact(properties: { readonly name: string; readonly value: string; readonly isMono?: boolean }) {
  return (
    <div>
      <dt>{properties.name}</dt>
      <dd class={properties.isMono ? 'mono' : undefined}>{properties.value}</dd>
    </div>
  );
}

/** `38,600 × $5.00/M = $0.19`, a line a type, and what they add up to. */
function ChargeTable({ call, charge }: { readonly call: WireCallDetail; readonly charge: Charge }) {
  const locale = settings.state.value.data?.display.locale;
  // Most lines of one call are under a cent: written in full they can be added up.
  const exact = (nano: bigint | null) => formatMoney(nano, { ...moneyFormat.value, precision: 'exact' });
  return (
    <table class="charge">
      <caption class="sr">Tokens of the call, the price of a million and the amount</caption>
      <thead class="sr">
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Tokens × price</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {charge.lines.map(({ type, label, tokens, perMillion, amount }) => (
          <tr key={label} class={tokens === 0 && type !== 'other' ? 'is-none' : undefined}>
            <th scope="row">
              <span class={`swatch type-${type}`} aria-hidden="true" />
              {label}
            </th>
            <td>
              {type !== 'other' && formatCount(tokens, locale)}
              {type !== 'other' && perMillion !== undefined && tokens > 0 && (
                <span class="charge-rate"> × {exact(perMillion)}/M</span>
              )}
            </td>
            <td title={amount === null ? 'No price' : exactMoney(amount)}>
              {amount === null ? '—' : `${tokens === 0 && type !== 'other' ? '' : '= '}${exact(amount)}`}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td>{formatCount(call.tokens, locale)} tokens</td>
          <td title={exactMoney(charge.total)}>
            {certaintyMark(call.certainty)}
            {exact(charge.total)}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

const MATCH_WORDS = {
  exact: 'the model’s own name',
  alias: 'another spelling of the model',
  family: 'a guess from the model’s family',
} as const;

function PriceWords({ call, charge }: { readonly call: WireCallDetail; readonly charge: Charge }) {
  const { price, price_match: match } = call;
  if (charge.total === null)
    return (
      <p class="call-price">
        <PriceBadge nano={null} unpricedTokens={call.tokens} />{' '}
        <a class="link" href={`/settings/prices?model=${encodeURIComponent(call.model)}`}>
          Add price
        </a>
      </p>
    );
  const scale = scaleOf(charge, call);
  return (
    <div class="call-price">
      {match === 'family' && <p class="badge warning">Price guessed from the model’s family</p>}
      <p>
        {price ? (
          <>
            Price <span class="mono">{price.id}</span>
            {price.origin === 'user' ? ', yours' : price.origin === 'overlay' ? ', imported' : ''}
            {match && `, found by ${MATCH_WORDS[match]}`}.
          </>
        ) : (
          'The price it was rated with is no longer in the price book.'
        )}
        {charge.tierAbove !== undefined && ` The rates for more than ${formatTokens(charge.tierAbove)} of input hold.`}
        {scale !== undefined &&
          ` Rates are ${scale} times the list${call.tier ? ` for the ${call.tier} tier` : call.geo ? ` in ${call.geo}` : ''}.`}
      </p>
    </div>
  );
}

function Tools({ call }: { readonly call: WireCallDetail }) {
  return (
    <>
      <h3>{call.tools.length === 1 ? 'Tool call' : 'Tool calls'}</h3>
      <ul class="call-tools">
        {call.tools.map((tool) => (
          <li key={tool.id}>
            <span class={`swatch ${kindClass(tool.kind)}`} aria-hidden="true" />
            <span class="clip">{tool.name}</span>
            <span class="call-tool-size ink-3">
              {formatBytes(tool.argument_bytes)} in,{' '}
              {tool.result_bytes === null ? 'no result' : `${formatBytes(tool.result_bytes)} out`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Sightings({ call }: { readonly call: WireCallDetail }) {
  const others = new Set(call.sightings.map(({ session_id }) => session_id));
  others.delete(call.session_id);
  return (
    <>
      <h3>Seen in</h3>
      <ul class="call-sightings">
        {call.sightings.map(({ source, at }) => (
          <li key={`${source} ${at}`} class="mono" title={at}>
            {source}
          </li>
        ))}
        {[...others].map((id) => (
          <li key={id}>
            <a class="link" href={sessionHref(id)}>
              Also in session {id.slice(0, 8)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
