/** The registry: one line an agent. */
export type { Agent, Line, Lineage, LogFile, LogReader, LogRoot, Machine, Skip } from './agent.ts';
