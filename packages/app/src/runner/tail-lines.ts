/** Follows one file of lines while another program writes it; the file need not be there yet. Reads it once, from the start. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Line } from '@tokenmeter/core/agents';
import { LineReader } from '../ingest/lines.ts';

const LOOK_EVERY_MS = 100;
const CHUNK_BYTES = 64 << 10;

export interface LineTail {
  /** Reads what is there to the end and stops. */
  close(): Promise<void>;
}

export function tailLines(path: string, onLine: (line: Line) => void): LineTail {
  const lines = new LineReader(CHUNK_BYTES);
  let offset = 0;
  let reading: Promise<void> | undefined;

  const readOn = async () => {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch {
      return; // -- not there yet
    }
    try {
      const { size } = fstatSync(fd);
      if (size <= offset) return;
      await lines.read(fd, offset, size, {
        onLine: (line, after) => {
          offset = after;
          onLine(line);
        },
        onTooLong: (after) => {
          offset = after;
        },
        onChunk: () => undefined,
      });
    } finally {
      closeSync(fd);
    }
  };
  const look = () => {
    reading ??= readOn().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await reading;
      await look();
    },
  };
}
