/**
 * Reads a server's event stream: frames by their type, comments left out, across chunks in any cutting. It refuses to
 * hold more than a wall of an event that never ends.
 */
import type { StreamFrame } from './board.ts';

const LONGEST_EVENT = 16 << 20;
const KNOWN: ReadonlySet<string> = new Set(['usage_snapshot', 'usage_delta', 'calls', 'strip', 'usage_settled']);

/** Feeds text in, gets frames out. Throws where an event passes the wall. */
export function sseReader(onFrame: (frame: StreamFrame) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    rest += text.replaceAll('\r', '');
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const frame = frameOf(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (frame) onFrame(frame);
    }
    if (rest.length > LONGEST_EVENT) throw new Error('an event of the stream is too long');
  };
}

function frameOf(text: string): StreamFrame | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  if (!KNOWN.has(event) || data.length === 0) return undefined;
  try {
    return { event, data: JSON.parse(data.join('\n')) } as StreamFrame; // -- our own server's frames, by their known types
  } catch {
    return undefined;
  }
}
