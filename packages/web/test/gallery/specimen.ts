/** What the page of components shows of each: its name and every state it has, drawn when it is asked for. */
import type { ComponentChild } from 'preact';

export interface Specimen {
  readonly name: string;
  /** As wide as the page, where it is a card of its own. */
  readonly isWide?: boolean;
  readonly states: Readonly<Record<string, () => ComponentChild>>;
}
