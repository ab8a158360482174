/** Two changes of one run as one: their sum, with the latest call's name. Sure of nothing more than the less sure of them. */
import { addUsage } from '../usage.ts';
import type { UsageDelta } from './run-meter.ts';

const SURENESS = { exact: 3, reported: 2, at_least: 1, estimated: 0 } as const;
const WEIGHT = { live: 0, settle: 1, correction: 2 } as const;

export function foldDeltas(earlier: UsageDelta, later: UsageDelta): UsageDelta {
  return {
    ...later,
    // Several calls, threads or models have no name in common.
    callId: earlier.callId === later.callId ? later.callId : '',
    threadId: earlier.threadId === later.threadId ? later.threadId : '',
    model: earlier.model === later.model ? later.model : '',
    costNano: earlier.costNano + later.costNano,
    usage: addUsage(earlier.usage, later.usage),
    kind: WEIGHT[earlier.kind] > WEIGHT[later.kind] ? earlier.kind : later.kind,
    certainty: SURENESS[earlier.certainty] < SURENESS[later.certainty] ? earlier.certainty : later.certainty,
    settled: undefined,
  };
}
