/** Takes a session away: everything the server knows of it as JSON, its calls as CSV in a file. */
import type { WireCall, WireSessionDetail } from '@tokenmeter/core';
import { formatPlural } from '@tokenmeter/core/format';
import { writeClipboard } from '../../clipboard.ts';
import { Icon } from '../../components/icon.tsx';
import { saveFile } from '../../save-file.ts';
import { fetchAllCalls } from '../../stores/session.ts';
import { showToast } from '../../stores/toasts.ts';
import { type CopyColumn, toCsv } from '../../table/copy.ts';

const CALL_COLUMNS: readonly CopyColumn<WireCall>[] = [
  { name: 'at', value: ({ at }) => at },
  { name: 'call_id', value: ({ id }) => id },
  { name: 'agent', value: ({ agent }) => agent },
  { name: 'session_id', value: ({ session_id }) => session_id },
  { name: 'thread_id', value: ({ thread_id }) => thread_id },
  { name: 'caller', value: ({ caller }) => caller },
  { name: 'model', value: ({ model }) => model },
  { name: 'input', value: ({ input }) => input, isNumber: true },
  { name: 'cache_read', value: (call) => call.cache_read, isNumber: true },
  { name: 'cache_write_5m', value: (call) => call.cache_write_5m, isNumber: true },
  { name: 'cache_write_1h', value: (call) => call.cache_write_1h, isNumber: true },
  { name: 'output', value: ({ output }) => output, isNumber: true },
  { name: 'reasoning', value: ({ reasoning }) => reasoning, isNumber: true },
  { name: 'tokens', value: ({ tokens }) => tokens, isNumber: true },
  { name: 'context', value: ({ context }) => context, isNumber: true },
  { name: 'certainty', value: ({ certainty }) => certainty },
  { name: 'cost_usd', value: (call) => call.cost_usd, isNumber: true },
  { name: 'stop_reason', value: (call) => call.stop_reason },
  { name: 'tool_calls', value: ({ tools }) => tools.length, isNumber: true },
];

export function CopySession({ detail }: { readonly detail: WireSessionDetail }) {
  const { session_id } = detail.session;
  const withCalls = async (use: (calls: readonly WireCall[]) => Promise<void> | void) => {
    try {
      await use(await fetchAllCalls(session_id));
    } catch (error) {
      showToast(`This didn’t work. ${error instanceof Error ? error.message : ''}`);
    }
  };
  const copy = async (calls: readonly WireCall[]) => {
    const isCopied = await writeClipboard(`${JSON.stringify({ ...detail, calls }, null, 2)}\n`);
    showToast(
      isCopied ? `Copied the session with ${formatPlural(calls.length, 'call')}.` : 'The browser refused to copy.',
    );
  };
  const save = (calls: readonly WireCall[]) => {
    const name = `session-${session_id.replaceAll(/[^\w.-]+/g, '_')}.csv`;
    saveFile(name, 'text/csv;charset=utf-8', toCsv(calls, CALL_COLUMNS));
    showToast(`Exported ${formatPlural(calls.length, 'call')}.`);
  };
  return (
    <>
      <button type="button" class="button" onClick={() => void withCalls(copy)}>
        <Icon name="copy" />
        Copy JSON
      </button>
      <button type="button" class="button" onClick={() => void withCalls(save)}>
        <Icon name="table" />
        Export CSV
      </button>
    </>
  );
}
