/** What a run does now, in one line, with how long it has been at it. */
import { parseNanoDecimal, type WireLiveRun } from '@tokenmeter/core';
import { formatDuration, formatMoney } from '@tokenmeter/core/format';
import { moneyFormat } from '../../stores/house.ts';
import { isUnknown, runNow } from '../../stores/runs.ts';
import { useInterruptFace } from './interrupt-button.tsx';
import { stopWords } from './interrupt-face.ts';
import { Mark } from './run-mark.tsx';
import { type RunWords, runWords } from './run-words.ts';

function useWords(run: WireLiveRun): RunWords {
  return runWords(run, {
    now: runNow.value,
    isUnknown: isUnknown.value,
    money: (usd) => formatMoney(parseNanoDecimal(usd) ?? null, moneyFormat.value),
  });
}

export function RunNow({ run }: { readonly run: WireLiveRun }) {
  const words = useWords(run);
  const face = useInterruptFace(run);
  if (face === 'confirm') return <p class="run-now clip tone-danger">{stopWords(run)}?</p>;
  if (face === 'stuck') return <p class="run-now clip tone-danger">Still running</p>;
  if (face === 'sending' || face === 'forcing') return <p class="run-now clip">Stopping</p>;
  const parts = [
    words.text,
    ...(words.since === undefined ? [] : [formatDuration(Math.max(1000, runNow.value - words.since))]),
  ].filter((part) => part !== '');
  return (
    <p class={`run-now clip tone-${words.tone}`} title={[words.lead, ...parts].filter(Boolean).join(' · ')}>
      {words.lead !== undefined && <b class="medium">{words.lead}</b>}
      {words.lead !== undefined && (words.text === '' ? ' · ' : ' ')}
      {parts.join(' · ')}
    </p>
  );
}

/** Its sign, which follows what it does. */
export function RunMarkNow({ run }: { readonly run: WireLiveRun }) {
  const { mark } = useWords(run);
  const face = useInterruptFace(run);
  return <Mark mark={face === 'sending' || face === 'forcing' || face === 'stuck' ? 'stopping' : mark} />;
}
