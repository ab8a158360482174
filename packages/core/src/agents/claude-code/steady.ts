/**
 * The members that all records of a file have in common (directory, session, version ...): they stand beside each other
 * and repeat to the letter, so they are read once and then compared as one text. It refuses members that differ from
 * record to record.
 */
import { type Json, textOf } from '../json.ts';
import { type Members, Shape } from './members.ts';
import type { Scan } from './scan.ts';

const STRETCH =
  /(?:,"(?:agentId|cwd|entrypoint|gitBranch|isSidechain|sessionId|slug|userType|version)":(?:true|false|null|"(?:[^"\\]|\\.)*"))+(?=[,}])/y;
/** A shorter one is as quickly read. */
const SHORTEST = 40;

/** What such a stretch tells. Empty strings tell nothing. */
export interface Facts {
  readonly sessionId: string;
  readonly agentId: string;
  readonly isSide: boolean | undefined;
  readonly cwd: string;
  readonly branch: string;
  readonly version: string;
}

/** One place of a record where such members stand. */
export class Steady {
  readonly #way = new Shape();
  #text = '';
  #facts: Facts | undefined;

  /** Passes over the stretch after the current member and answers what it tells; undefined where none is there. */
  pass(scan: Scan, members: Members): Facts | undefined {
    const at = members.valueEnd();
    if (at < 0) return undefined;
    if (this.#text === '' || !scan.startsWith(this.#text, at)) this.#learn(scan, at);
    if (this.#text === '') return undefined;
    members.goOn(at + this.#text.length, this.#way);
    return this.#facts;
  }

  #learn(scan: Scan, at: number): void {
    const length = scan.match(STRETCH, at)?.[0].length ?? 0;
    const members = length < SHORTEST ? undefined : scan.members(at + 1, at + length);
    this.#text = members ? scan.latin1(at, at + length) : '';
    this.#facts = members && factsOf(members);
  }
}

function factsOf(members: Json): Facts {
  const { isSidechain } = members;
  return {
    sessionId: textOf(members.sessionId),
    agentId: textOf(members.agentId),
    isSide: typeof isSidechain === 'boolean' ? isSidechain : undefined,
    cwd: textOf(members.cwd),
    branch: textOf(members.gitBranch),
    version: textOf(members.version),
  };
}
