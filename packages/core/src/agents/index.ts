/** The registry: one line an agent. */
import type { Agent } from './agent.ts';
import { claudeCode } from './claude-code/index.ts';

export type { Agent, Line, Lineage, LogFile, LogReader, LogRoot, Machine, Skip } from './agent.ts';
export { claudeCode };

export const agents: readonly Agent[] = [claudeCode];
