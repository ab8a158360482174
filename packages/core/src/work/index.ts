/** The work that spend is accounted to: entities, token events, cells and their sums, and the port of its store. */
export type { Outcome, WorkCell } from './cell.ts';
export { OUTCOMES, outcomeOf } from './cell.ts';
export type { CostNames, CostRow } from './cost.ts';
export { costRows, NEXT, restOf, runsOf, wireCostRow } from './cost.ts';
export type { Commit, Entities, EntityKind, Release, Repo, Task, TaskStatus, Workplan } from './entity.ts';
export { ENTITY_KINDS, isName, isSha, LONGEST_NAME, plainRemote, TASK_STATUSES } from './entity.ts';
export type { Figures } from './figures.ts';
export { addCell, costOf, noFigures, sumCells, tokensOf, wireFigures } from './figures.ts';
export type {
  AddedEvent,
  EntityQuery,
  EventQuery,
  GitFacts,
  KeptEvent,
  StatusChange,
  WorkCells,
  WorkNames,
  Workplace,
  WorkStore,
} from './store.ts';
export type { MeasuredWork } from './supersede.ts';
export { isSuperseded } from './supersede.ts';
export type { EventCertainty, EventCost, EventFault, EventSubject, TokenEvent } from './token-event.ts';
export {
  checkTokenEvent,
  EVENT_CERTAINTIES,
  eventTokens,
  eventUsage,
  measureEvent,
  saysTheSame,
} from './token-event.ts';
export { wireCommit, wireRelease, wireRepo, wireTask, wireTokenEvent, wireWorkplan } from './wire.ts';
