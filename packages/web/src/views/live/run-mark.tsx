/** The sign before a run or an agent: a dot while it goes on, a check, cross or square when it is over. */
import { Icon } from '../../components/icon.tsx';
import { MARK_NAMES, type RunMark } from './run-words.ts';

const SIGNS: Readonly<Partial<Record<RunMark, 'check' | 'close'>>> = { done: 'check', failed: 'close' };

export function Mark({ mark }: { readonly mark: RunMark }) {
  const sign = SIGNS[mark];
  return (
    <span class={`run-mark is-${mark}`} title={MARK_NAMES[mark]}>
      {sign ? <Icon name={sign} /> : <span class="run-dot" />}
      <span class="sr">{MARK_NAMES[mark]}: </span>
    </span>
  );
}
