/** What shells complete, as plain words: commands, their parts and options, and the values that are known. */
import type { Choices } from './verb.ts';

export interface Described {
  readonly name: string;
  readonly summary: string;
}

export interface VerbWords extends Described {
  /** Of a group: the words that may come next, and which one is meant where none does. */
  readonly parts: readonly Described[];
  readonly usual: string;
}

export interface OptionWords extends Described {
  readonly takesValue: boolean;
  readonly choices: Choices | undefined;
}

/** What can be typed behind `usage` or `prices set`. */
export interface CommandWords {
  readonly path: string;
  readonly options: readonly OptionWords[];
  /** Of each word that is no option: what it can be, empty where that is anything. */
  readonly places: readonly (readonly string[])[];
}

export interface Words {
  readonly verbs: readonly VerbWords[];
  readonly commands: readonly CommandWords[];
}

/** Options that take the same values. */
export interface Values {
  /** Such as `usage --by`. */
  readonly after: readonly string[];
  /** Undefined: anything, a file's name for one. */
  readonly choices: Choices | undefined;
}
