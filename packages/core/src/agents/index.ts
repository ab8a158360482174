/** The registry: one line an agent. */
import type { Agent } from './agent.ts';
import { claudeCode } from './claude-code/index.ts';
import { codex } from './codex/index.ts';

export type { Agent, Line, Lineage, LogFile, LogReader, LogRoot, Machine, Skip } from './agent.ts';
export type { LiveCapabilities, LivePort, LiveReader, LiveStart } from './live.ts';
export { claudeCode, codex };

export const agents: readonly Agent[] = [claudeCode, codex];
