/** What is kept, where it lies, how big it is, and the commands that take it out, back it up or delete it. */
import { formatBytes, formatCount, formatDate, formatDateTime } from '@tokenmeter/core/format';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { writeClipboard } from '../../clipboard.ts';
import { Icon } from '../../components/icon.tsx';
import { ErrorCard, Skeleton } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { dateFormat, health, loadHealth, settings } from '../../stores/house.ts';
import { showToast } from '../../stores/toasts.ts';

const COMMANDS = [
  ['Every call as CSV', 'tokenmeter export --output calls.csv'],
  ['Totals by day and model as JSON', 'tokenmeter export --by day,model --format json'],
  ['Copy the ledger, also while this runs', 'tokenmeter backup ledger.db'],
  ['Check that everything adds up', 'tokenmeter verify'],
  ['Delete one session', 'tokenmeter forget SESSION'],
  ['Keep totals, drop old detail', 'tokenmeter retention --help'],
] as const;

export function DataTab() {
  const held = health.state.value;
  const phase = usePhase(held);
  useEffect(() => void loadHealth(), []);
  const house = settings.state.value.data;
  if (!held.data) {
    if (phase === 'failed' && held.failure)
      return <ErrorCard failure={held.failure} onRetry={() => void loadHealth()} />;
    return phase === 'blank' ? null : (
      <section class="card settings-wait" role="status" aria-label="Loading">
        <Skeleton height="24px" />
        <Skeleton height="24px" />
      </section>
    );
  }
  const { ledger, version, started_at, warnings } = held.data;
  const dates = dateFormat.peek();
  const first = ledger.first_call_at === null ? null : Date.parse(ledger.first_call_at);
  return (
    <div class="stack">
      {warnings.map((warning) => (
        <div key={warning} class="banner amber settings-banner">
          {warning}
        </div>
      ))}
      <section class="card settings-form" aria-labelledby="ledger-title">
        <h2 id="ledger-title">Ledger</h2>
        <dl class="data-facts">
          <Fact name="Database size">{formatBytes(ledger.bytes)}</Fact>
          <Fact name="Calls">{formatCount(ledger.calls)}</Fact>
          <Fact name="Oldest event">{first === null ? 'none yet' : formatDate(first, dates)}</Fact>
          <Fact name="Schema">{ledger.schema_version}</Fact>
          <Fact name="Version">{version}</Fact>
          <Fact name="Running since">{formatDateTime(Date.parse(started_at), dates)}</Fact>
          {house && (
            <>
              <Fact name="Data folder" isMono>
                {house.data_dir}
              </Fact>
              <Fact name="Config file" isMono>
                {house.config_file}
              </Fact>
            </>
          )}
        </dl>
      </section>
      <section class="card settings-form" aria-labelledby="stored-title">
        <h2 id="stored-title">What is stored</h2>
        <ul class="data-words">
          <li>
            Of each call: when, which model, tokens by kind, cost, the ids that the provider gave it, session, folder
            and branch, and the path of the log it was read from.
          </li>
          <li>
            Of each tool call: its name, when it began and ended, whether it failed, sizes in bytes; unless you set{' '}
            <code>item_names</code> to <code>off</code>, the name of the file or the command it was about.
          </li>
          <li>
            Of each session: the title its agent gave it; only if you set <code>titles</code> to <code>prompt</code>,
            the first line of its first prompt.
          </li>
          <li>
            <b class="strong">Content is never stored.</b> No other word of a prompt, no answer, no other tool argument,
            no tool result, nothing out of a file. It stays in your agents’ own logs.
          </li>
          <li>Nothing of it is sent anywhere, and this page loads nothing from elsewhere.</li>
        </ul>
      </section>
      <section class="card settings-form" aria-labelledby="export-title">
        <h2 id="export-title">Export, back up, delete</h2>
        <p class="ink-2 data-lead">Run these in a terminal. Tables on the pages copy as CSV, JSON or Markdown.</p>
        <dl class="data-commands">
          {COMMANDS.map(([words, command]) => (
            <div key={command}>
              <dt>{words}</dt>
              <dd>
                <code class="mono">{command}</code>
                <button
                  type="button"
                  class="button quiet square"
                  aria-label={`Copy ${command}`}
                  title="Copy"
                  onClick={async () =>
                    showToast((await writeClipboard(command)) ? 'Copied.' : 'The browser refused to copy.')
                  }
                >
                  <Icon name="copy" />
                </button>
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

function Fact(properties: { readonly name: string; readonly isMono?: boolean; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{properties.name}</dt>
      <dd class={properties.isMono ? 'mono' : undefined}>{properties.children}</dd>
    </div>
  );
}
