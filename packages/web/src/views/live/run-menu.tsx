/** What else can be done with a run, and what its source cannot tell or do, and why. */
import type { WireLiveRun } from '@tokenmeter/core';
import { writeClipboard } from '../../clipboard.ts';
import { Icon } from '../../components/icon.tsx';
import { Popover } from '../../components/popover.tsx';
import { runTitle } from '../../stores/runs.ts';
import { showToast } from '../../stores/toasts.ts';
import { canStop } from './interrupt-face.ts';
import { isEnded } from './run-words.ts';

/** Copies and says so. */
export async function copyText(text: string, done: string): Promise<void> {
  showToast((await writeClipboard(text)) ? done : 'The browser refused to copy.');
}

export function RunMenu({ run }: { readonly run: WireLiveRun }) {
  const link = `${location.origin}/live/${encodeURIComponent(run.run_id)}`;
  const reason =
    !canStop(run) && !isEnded(run)
      ? (run.interrupt.reason ?? 'This source is read only. tokenmeter can’t stop it.')
      : undefined;
  return (
    <Popover
      class="run-menu"
      button={<Icon name="more" />}
      buttonLabel={`More about ${runTitle(run)}`}
      buttonClass="button quiet square"
      label="More about this run"
    >
      {(close) => (
        <>
          {run.session_id !== null && (
            <a class="menu-item" href={`/sessions/${encodeURIComponent(run.session_id)}`}>
              <Icon name="sessions" />
              Open session
            </a>
          )}
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              close();
              void copyText(link, 'Link copied.');
            }}
          >
            <Icon name="link" />
            Copy link
          </button>
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              close();
              void copyText(run.run_id, 'Run id copied.');
            }}
          >
            <Icon name="copy" />
            Copy run id
          </button>
          {(reason !== undefined || run.cannot.length > 0) && (
            <ul class="run-cannot">
              {reason !== undefined && <li>{reason}</li>}
              {run.cannot
                .filter((sentence) => sentence !== reason)
                .map((sentence) => (
                  <li key={sentence}>{sentence}</li>
                ))}
            </ul>
          )}
        </>
      )}
    </Popover>
  );
}
