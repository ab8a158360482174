/** Conformance suites that every agent and every store passes, and the pure pieces they are made of. */
export type { AgentCase, AgentSuiteOptions, Expected, Runner } from './agent-suite.ts';
export { agentSuite } from './agent-suite.ts';
export type { FoldTotals } from './fold.ts';
export { Fold, settleSightings, totalsOf } from './fold.ts';
export type { LedgerSuiteOptions } from './ledger-suite.ts';
export { ledgerSuite } from './ledger-suite.ts';
export { batch, call, everything, log, randomHistory, tool, use } from './ledger-world.ts';
export { ByteLine, LineSplitter, lineOf, linesOf } from './line.ts';
export type { LiveCase, LiveExpected, LiveSuiteOptions } from './live-suite.ts';
export { liveSuite } from './live-suite.ts';
export { plainBook } from './plain-book.ts';
export type { Random } from './random.ts';
export { seededRandom } from './random.ts';
export type { CaseFile, FoundLog, Replay, ReplayOptions } from './replay.ts';
export { findLogs, replay } from './replay.ts';
export type { WorkSuiteOptions } from './work-suite.ts';
export { workSuite } from './work-suite.ts';
export { commitOf, repoOf } from './work-world.ts';
