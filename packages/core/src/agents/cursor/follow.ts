/**
 * Follows a run of `@cursor/sdk` in process. Cursor sends no usage at all unless a delta listener was registered when the
 * message was sent, so following refuses to start without ours. Types are structural: the SDK is nobody's dependency.
 *
 *     const reader = cursorSdkLive.open(start);
 *     const options = { onDelta: cursorListener(reader, emit, clock) };
 *     await followCursor(await agent.send(prompt, options), options, emit, clock);
 */
import type { Clock } from '../../clock.ts';
import { TokenmeterError } from '../../errors.ts';
import type { Emit } from '../../event.ts';
import type { LiveReader } from '../live.ts';

/** What `agent.send` calls with each update. */
export type CursorDeltaListener = (args: { readonly update: unknown }) => void;

/** As much of a run as is needed to know how it ended. */
export interface CursorRun {
  readonly id: string;
  wait(): Promise<{ readonly status: string }>;
}

const readers = new WeakMap<CursorDeltaListener, LiveReader>();

/** The listener to hand to `agent.send(message, { onDelta })`: all that it hears goes to the reader. */
export function cursorListener(reader: LiveReader, emit: Emit, clock: Clock): CursorDeltaListener {
  const listener: CursorDeltaListener = ({ update }) => void reader.read(update, clock.now(), emit);
  readers.set(listener, reader);
  return listener;
}

/** Waits for the run and tells how it ended. `sent` are the very options the message was sent with. */
export async function followCursor(
  run: CursorRun,
  sent: { readonly onDelta?: CursorDeltaListener | undefined },
  emit: Emit,
  clock: Clock,
): Promise<void> {
  const reader = sent.onDelta && readers.get(sent.onDelta);
  if (!reader)
    throw new TokenmeterError(
      'no-usage-source',
      `Cannot follow Cursor run "${run.id}": it was sent without a delta listener, so it would tell no usage; send the message with { onDelta: cursorListener(reader, emit, clock) }`,
    );
  let status = 'error';
  try {
    status = (await run.wait()).status;
  } finally {
    reader.read({ type: 'status', status }, clock.now(), emit);
  }
}
