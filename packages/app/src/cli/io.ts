/**
 * The command line's world as a port: streams, environment, a few files, another program. `process-io.ts` is the real one;
 * a test hands in its own. It knows nothing of colours and widths (screen.ts does).
 */

/** Resolves when more may be written, so that a long export does not pile up in memory. */
export type Write = (data: string | Uint8Array) => Promise<void>;

/** The whole terminal, for views that draw it themselves. */
export interface Terminal {
  size(): { readonly columns: number; readonly rows: number };
  /** Keys by letter or name (up, enter, ctrl-c ...) from now on, not echoed. Returns how to give the keyboard back. */
  keys(listener: (key: string) => void): () => void;
  /** Told when the size changes, and when the program comes back from the background. */
  onResize(listener: () => void): () => void;
  /** Told just before the program goes to the background or ends, however it ends: time to give the screen back. */
  onLeave(listener: () => void): () => void;
  write(text: string): void;
}

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** The program as a service would start it: node and the script. */
  readonly program: readonly string[];
  readonly version: string;
  readonly homeDir: string;
  readonly isInTty: boolean;
  readonly isOutTty: boolean;
  readonly isErrTty: boolean;
  /** Columns of the terminal, undefined where stdout is none. */
  readonly columns: number | undefined;
  /** Undefined where stdin or stdout is no terminal. */
  readonly terminal: Terminal | undefined;
  out(data: string | Uint8Array): Promise<void>;
  err(text: string): void;
  stdin(): Promise<string>;
  /** Resolves when the user or the system asks the program to end. */
  interrupted(): Promise<void>;
  /** Undefined where there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** Makes the folders above, mode 0700 and 0600. */
  writeText(path: string, text: string): Promise<void>;
  /** False where there was none. */
  remove(path: string): Promise<boolean>;
  /** A file as `fill` writes it, a new one with mode 0600. An old one is replaced once the new one is whole, else kept. */
  create(path: string, fill: (write: Write) => Promise<void>): Promise<void>;
  /** Undefined where the program does not exist. */
  run(
    command: string,
    args: readonly string[],
  ): Promise<{ readonly isOk: boolean; readonly output: string } | undefined>;
}
