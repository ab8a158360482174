/** One row each of the timeline: a call, a tool call beneath it, what happened in between. */

import { parseNanoDecimal, type WireCall, type WireToolCall } from '@tokenmeter/core';
import {
  callerName,
  certaintyMark,
  certaintyWords,
  formatBytes,
  formatClock,
  formatDateTime,
  formatDuration,
  formatTokens,
  formatTokensExact,
  modelName,
} from '@tokenmeter/core/format';
import { MoneyText } from '../../components/money-text.tsx';
import { kindClass } from '../../kinds.ts';
import { search } from '../../router.ts';
import { dateFormat, zone } from '../../stores/house.ts';
import { isSideCall, kindName, type MarkSort } from './timeline.ts';
import '../../styles/timeline.css';
import '../../styles/swatch.css';

interface CallProperties {
  readonly call: WireCall;
  readonly number: number;
  readonly isSelected: boolean;
  /** The sub-agent's name where several threads are mixed. */
  readonly thread: string;
  /** Context against the full column, 0 to 1 or more. */
  readonly fill: number;
  readonly onSelect: (callId: string) => void;
  readonly onFocus: () => void;
}

export function CallRow({ call, number, isSelected, thread, fill, onSelect, onFocus }: CallProperties) {
  const at = Date.parse(call.at);
  const mark = certaintyMark(call.certainty);
  const cost = call.cost_usd === null ? null : (parseNanoDecimal(call.cost_usd) ?? null);
  const who = thread || (isSideCall(call) ? callerName(call.caller) : '');
  return (
    <a
      id={`call-${call.id}`}
      class={isSelected ? 'call-row is-selected' : 'call-row'}
      href={`/sessions/${encodeURIComponent(call.session_id)}/calls/${encodeURIComponent(call.id)}${search.value}`}
      aria-current={isSelected ? 'true' : undefined}
      onFocus={onFocus}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        onSelect(call.id);
      }}
    >
      <span class="call-clock" title={formatDateTime(at, dateFormat.peek())}>
        <span class="sr">Call {number}, </span>
        {formatClock(at, zone.value)}
      </span>
      <span class="call-name">
        <b class="clip">{modelName(call.model)}</b>
        {who && <span class="ink-3 clip call-who">{who}</span>}
        {!call.counted && (
          <span class="badge" title="Known from the agent’s own total; it is in tokens and cost, not in calls">
            reconciled
          </span>
        )}
      </span>
      <span class="call-growth" title={`Context ${formatTokensExact(call.context)}`} aria-hidden="true">
        <i style={{ height: `${Math.max(4, Math.min(1, fill) * 100)}%` }} />
      </span>
      <span
        class="call-tokens"
        title={`${formatTokensExact(call.context)} in, ${formatTokensExact(call.output)} out${mark ? `. ${certaintyWords(call.certainty)}` : ''}`}
      >
        {formatTokens(call.context)}
        <span class="sr"> tokens in,</span>
      </span>
      <span class="call-tokens call-out">
        {mark}
        {formatTokens(call.output)}
        <span class="sr"> out,</span>
      </span>
      <span class="call-cost">
        {mark}
        {cost === null ? (
          <span class="ink-3" title="No price">
            —
          </span>
        ) : (
          <MoneyText nano={cost} />
        )}
      </span>
    </a>
  );
}

export function ToolRow({ tool }: { readonly tool: WireToolCall }) {
  const duration = tool.ended_at === null ? undefined : Date.parse(tool.ended_at) - Date.parse(tool.at);
  return (
    <div class="tool-row">
      <span class={`swatch ${kindClass(tool.kind)}`} title={kindName(tool.kind)} aria-hidden="true" />
      <span class="clip tool-name" title={tool.name}>
        {tool.name}
        <span class="sr"> ({kindName(tool.kind)})</span>
      </span>
      {tool.is_error === true && <span class="badge failure">Error</span>}
      <span class="tool-time ink-3">{duration === undefined ? 'no end' : formatDuration(duration)}</span>
      <span class="tool-size ink-3" title="Size of the result as logged">
        {tool.result_bytes === null ? '—' : formatBytes(tool.result_bytes)}
      </span>
    </div>
  );
}

export function MarkRow({ text, sort, at }: { readonly text: string; readonly sort: MarkSort; readonly at: string }) {
  return (
    <div class={`mark-row mark-${sort}`}>
      <span class="mark-text" title={formatDateTime(Date.parse(at), dateFormat.peek())}>
        {text}
      </span>
    </div>
  );
}
