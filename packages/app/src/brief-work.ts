/**
 * For work that is over in a second or two: the engine's slowest compiler begins on it at once, and what it makes comes
 * too late to pay for itself. Held off, a first attribution takes a quarter less processor time. It refuses an engine it
 * does not know, which would complain of the setting aloud.
 */
import { setFlagsFromString } from 'node:v8';

/** The latest engine (Node 24's) whose setting this is known to be. */
const KNOWN_V8 = 13;
/** Calls of a function before the slowest compiler takes it: the engine's own figure, and one that brief work hardly meets. */
const USUAL_CALLS = 3_000;
const MANY_CALLS = 200_000;

export class BriefWork {
  static begin(): BriefWork | undefined {
    return Number.parseInt(process.versions.v8, 10) <= KNOWN_V8 ? new BriefWork() : undefined;
  }

  private constructor() {
    setFlagsFromString(`--invocation-count-for-turbofan=${MANY_CALLS}`);
  }

  /** The engine's own way again. */
  end(): void {
    setFlagsFromString(`--invocation-count-for-turbofan=${USUAL_CALLS}`);
  }
}
