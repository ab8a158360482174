/**
 * How a run is told to the server that holds the data directory: a line of JSON a message, each way. Amounts past 2^53 and
 * maps have a spelling of their own; a line over the wall ends the conversation.
 */
import type { AgentEvent, Run, StopReason } from '@tokenmeter/core';
import type { LiveCapabilities } from '@tokenmeter/core/agents';
import type { RunEnding } from '../live/port.ts';

const LONGEST_RELAY_LINE = 1 << 20;

/** What the command tells. The first is `run`; a run that ends without `finish` has lost its command. */
export type Told =
  | { readonly ask: 'run'; readonly run: Run; readonly capabilities: LiveCapabilities }
  | { readonly ask: 'event'; readonly event: AgentEvent }
  | { readonly ask: 'learn'; readonly pid: number }
  | { readonly ask: 'stop'; readonly reason: StopReason }
  | { readonly ask: 'forced' }
  | { readonly ask: 'finish'; readonly ending: RunEnding };

/** What the server tells back. */
export type Answered =
  | { readonly say: 'open' }
  | { readonly say: 'refused'; readonly message: string; readonly code: string | undefined }
  | { readonly say: 'stop'; readonly reason: StopReason }
  | { readonly say: 'kill' }
  | { readonly say: 'finished' };

export function encodeLine(message: Told | Answered): string {
  return `${JSON.stringify(message, (_, value: unknown) => {
    if (typeof value === 'bigint') return { $big: String(value) };
    return value instanceof Map ? { $map: [...value] } : value;
  })}\n`;
}

/** Throws SyntaxError. Trusts the shape: the socket is the same user's, and both ends are this program. */
export function decodeLine(line: string): unknown {
  return JSON.parse(line, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$big' in value && typeof value.$big === 'string') return BigInt(value.$big);
    if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map as [unknown, unknown][]); // -- as it was encoded
    return value;
  });
}

/** Feeds text in, gets whole lines out; `false` when a line passes the wall. */
export function lineFeed(onLine: (line: string) => void): (text: string) => boolean {
  let rest = '';
  return (text) => {
    rest += text;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (line !== '') onLine(line);
    }
    return rest.length <= LONGEST_RELAY_LINE;
  };
}
