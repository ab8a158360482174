/**
 * The whole terminal of this process: keys by their names, its size, and the moments at which it must be given back. It
 * refuses to draw.
 */
import type { Terminal } from './cli/io.ts';

/** What terminals send for keys without a letter. */
const NAMED: Readonly<Record<string, string>> = {
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001b[C': 'right',
  '\u001b[D': 'left',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
  '\u001bOC': 'right',
  '\u001bOD': 'left',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\u001bOH': 'home',
  '\u001bOF': 'end',
  '\u001b[1~': 'home',
  '\u001b[4~': 'end',
  '\u001b[5~': 'pageup',
  '\u001b[6~': 'pagedown',
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  ' ': 'space',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'ctrl-c',
  '\u001a': 'ctrl-z',
};

/** Keys in a piece of input: a sequence is one key, a pasted text is its letters, what nobody knows is nothing. */
export function keysIn(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals send keys as control sequences
  const pieces = text.match(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.)|[\s\S]/gu) ?? [];
  return pieces.flatMap((piece) => {
    const name = NAMED[piece];
    if (name !== undefined) return [name];
    return piece.length === 1 ? (piece >= ' ' ? [piece] : []) : piece.startsWith('\u001b') ? [] : [piece];
  });
}

export function processTerminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    write: (text) => void stdout.write(text),
    keys: (listener) => {
      const onData = (text: string) => {
        for (const key of keysIn(text)) {
          if (key === 'ctrl-z' && process.platform !== 'win32') process.kill(process.pid, 'SIGTSTP');
          else listener(key);
        }
      };
      stdin.setRawMode(true);
      stdin.setEncoding('utf8');
      stdin.on('data', onData);
      stdin.resume();
      return () => {
        stdin.off('data', onData);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    onResize: (listener) => {
      const onContinue = () => {
        stdin.setRawMode(true);
        listener();
      };
      stdout.on('resize', listener);
      process.on('SIGCONT', onContinue);
      return () => {
        stdout.off('resize', listener);
        process.off('SIGCONT', onContinue);
      };
    },
    onLeave: (listener) => {
      const onStop = () => {
        listener();
        stdin.setRawMode(false);
        process.kill(process.pid, 'SIGSTOP');
      };
      process.on('exit', listener);
      process.on('SIGTSTP', onStop);
      return () => {
        process.off('exit', listener);
        process.off('SIGTSTP', onStop);
      };
    },
  };
}
