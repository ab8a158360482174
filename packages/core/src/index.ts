/** The door of the domain. One name at a time; families have a subpath each (agents, price, format, testing). */

export type {
  WireActivity,
  WireCall,
  WireCallDetail,
  WireCallPage,
  WireChange,
  WireError,
  WireHealth,
  WireHello,
  WireImport,
  WireLimits,
  WireMark,
  WireModels,
  WirePrice,
  WirePriceEffect,
  WirePriceSet,
  WirePrices,
  WireRates,
  WireSession,
  WireSessionDetail,
  WireSessionPage,
  WireSettings,
  WireSource,
  WireSources,
  WireThread,
  WireToolCall,
  WireUsage,
  WireUsageTotals,
} from './api.ts';
export type { ContextCall } from './attribution/advance.ts';
export { advance, wholeCall } from './attribution/advance.ts';
export type { Page, Places } from './attribution/book.ts';
export { SumsBook } from './attribution/book.ts';
export type { BucketCost } from './attribution/cost.ts';
export { hourShare } from './attribution/cost.ts';
export { chargeInFlight, isTool } from './attribution/in-flight.ts';
export type { ContextHabits, ContextState, NewPiece, Owner, Part, PieceKind } from './attribution/piece.ts';
export { NO_CONTEXT } from './attribution/piece.ts';
export type { ProfileSample } from './attribution/profile.ts';
export { profileSamples } from './attribution/profile.ts';
export type {
  AttributedThread,
  AttributionAnswer,
  AttributionQuery,
  AttributionRow,
  StandingContext,
  ToolUse,
} from './attribution/question.ts';
export type { ReportRequest } from './attribution/report.ts';
export { attributionReport, byTool } from './attribution/report.ts';
export type { RunPiece } from './attribution/run-total.ts';
export { attributeRunTotal } from './attribution/run-total.ts';
export type { AttributionSum, AttributionSums } from './attribution/sums.ts';
export { ATTRIBUTION_SUMS, addPart, addSums, noAttribution, sumNano, sumTokens } from './attribution/sums.ts';
export type { Progress, ThreadCall, ThreadMark, ThreadTool } from './attribution/walk.ts';
export { BEGINNING, sumThread, walkThread } from './attribution/walk.ts';
export type { Budget, BudgetScope, DatedAmount, Hold, Spending, Verdict } from './budget/budget.ts';
export { assess, declaredWords, mayStart, nanoOfAmount, secondsLeft, spanOf } from './budget/budget.ts';
export type { CallSeat } from './budget/overshoot.ts';
export { overshootBound } from './budget/overshoot.ts';
export type { Caller, CallRecord, CallSighting, Certainty, SourceRef } from './call.ts';
export { isSameCall, mergeCalls, ownsBefore } from './call.ts';
export type { Clock } from './clock.ts';
export { fixedClock } from './clock.ts';
export type { ErrorCode } from './errors.ts';
export { TokenmeterError } from './errors.ts';
export type {
  ActivityEvent,
  AgentEvent,
  CallEndEvent,
  CallEvent,
  CallTextEvent,
  CompactionEvent,
  ContextEvent,
  Emit,
  LimitEvent,
  LiveOnlyEvent,
  PromptEvent,
  PullRequestEvent,
  ReportedTotalEvent,
  RunEndEvent,
  SessionEvent,
  ThreadEndEvent,
  ThreadEvent,
  ToolCallEvent,
  ToolKind,
  ToolResultEvent,
  TroubleEvent,
} from './event.ts';
export type {
  Activity,
  AppendOptions,
  AppendResult,
  CallsOptions,
  Cursor,
  Ledger,
  LedgerBatch,
  LedgerFacts,
  LedgerReader,
  LimitView,
  ModelUse,
  PriceOverride,
  ReportedTotal,
  SourceStatus,
  Unread,
  VerifyReport,
} from './ledger.ts';
export { foldDeltas } from './live/fold-deltas.ts';
export { Pace } from './live/pace.ts';
export type { RunMeterOptions, SettledCall, UsageDelta } from './live/run-meter.ts';
export { RunMeter } from './live/run-meter.ts';
export { Said } from './live/said.ts';
export { Throttle } from './live/throttle.ts';
export type { RunSight } from './live/wire-run.ts';
export { wireBuckets, wireLiveCall, wireRun, wireSpend, wireUsageDelta } from './live/wire-run.ts';
export { Meter, mergeSessions, mergeThreads } from './meter.ts';
export { formatNanoDecimal, NANO_PER_USD, parseNanoDecimal, picoToNano, splitByLargestRemainder } from './money.ts';
export type {
  CallDetail,
  CallView,
  CostParts,
  FilterKey,
  GroupKey,
  Query,
  QueryResult,
  Row,
  SessionDetail,
  SessionMark,
  SessionPage,
  SessionQuery,
  SessionSummary,
  Sighting,
  ThreadSummary,
  ToolCallView,
  Totals,
} from './query.ts';
export { FILTER_KEYS, GROUP_KEYS, NO_COST } from './query.ts';
export type { Remainder, ReportedProcess, SightedCall } from './reconcile.ts';
export { isSameModel, plainModel, reconcile } from './reconcile.ts';
export type { Measure, MeasureSums, Measures } from './rollup.ts';
export {
  addCall,
  addMeasures,
  BUCKET_MS,
  bucketOf,
  contextTokens,
  MEASURES,
  measureCall,
  noMeasures,
  totalsOf,
} from './rollup.ts';
export type { Run, RunEvent, RunQuery, RunStatus, RunStore, StopReason } from './run.ts';
export { RUN_ENDINGS, RUN_STATUSES } from './run.ts';
export type { Bucket, TokenUsage } from './usage.ts';
export { addUsage, BUCKETS, inputTokens, maxUsage, NO_USAGE, readCount, sameUsage, totalTokens } from './usage.ts';
export type { WireCostParts, WirePeriod, WireQueryResult, WireRow, WireTotals } from './wire.ts';
export { wireCostParts, wireInstant, wireQueryResult, wireTotals } from './wire.ts';
export type {
  WireAdvice,
  WireAttribution,
  WireAttributionGroup,
  WireAttributionGroupBy,
  WireAttributionScope,
  WireByTool,
  WireFixedCost,
  WireInContext,
  WireItem,
  WireNested,
  WireNestedAgent,
  WirePart,
  WirePieceKind,
} from './wire-attribution.ts';
export type {
  WireActivityNow,
  WireBuckets,
  WireContext,
  WireLiveCall,
  WireLiveCalls,
  WireLiveNow,
  WireLiveRun,
  WireLiveStrip,
  WireLiveThread,
  WireRun,
  WireRunDetail,
  WireRunEvents,
  WireRunPage,
  WireRunRequest,
  WireRunStatus,
  WireSpend,
  WireStopReason,
  WireUsageDelta,
  WireUsageSettled,
} from './wire-live.ts';
export { wireRunRow } from './wire-run-row.ts';
export { wireCall, wireSession, wireSessionDetail } from './wire-session.ts';
export type {
  WireCommit,
  WireCommitCreate,
  WireCost,
  WireCostBy,
  WireCostFigures,
  WireCostPart,
  WireCostRow,
  WireEventCertainty,
  WireOutcome,
  WireRelease,
  WireReleaseCreate,
  WireRepo,
  WireRepoCreate,
  WireTask,
  WireTaskCreate,
  WireTaskStatus,
  WireTaskStatusChange,
  WireTaskStatusResult,
  WireThreadUsage,
  WireTokenEvent,
  WireTokenEventBatch,
  WireTokenEventCreate,
  WireTokenEventPage,
  WireTokenSummary,
  WireWorkplan,
  WireWorkplanCreate,
} from './wire-work.ts';
export type { OffsetSegment, PeriodKind, Span, TimeUnit, WeekStart } from './zone.ts';
export {
  addDays,
  dayKey,
  dayKeyOf,
  hourKeyIn,
  isZone,
  keysBetween,
  localTime,
  monthKeyOf,
  offsetSegments,
  parseDay,
  periodAt,
  startOfDay,
  TIME_UNITS,
  timeKey,
  weekKeyOf,
  zoneOffset,
} from './zone.ts';
