/** The registry: one line an agent. */
import type { ContextHabits } from '../attribution/piece.ts';
import { UNKNOWN_HABITS } from '../attribution/piece.ts';
import type { Agent } from './agent.ts';
import { claudeCode } from './claude-code/index.ts';
import { claudeCodeLive } from './claude-code/live.ts';
import { codex } from './codex/index.ts';
import { codexAppServerLive } from './codex/live-app-server.ts';
import { codexExecLive } from './codex/live-exec.ts';
import { copilotCliLive, copilotSessionStateLive } from './copilot-cli/live.ts';
import { type CursorDeltaListener, type CursorRun, cursorListener, followCursor } from './cursor/follow.ts';
import { cursorSdkLive } from './cursor/live.ts';
import { cursorCliLive } from './cursor/live-cli.ts';
import { geminiCliLive } from './gemini-cli/live.ts';
import { livePorts } from './live-index.ts';
import { openCodeLive } from './opencode/live.ts';

export type { Plan } from '../tape/plan.ts';
export type { Tape } from '../tape/tape.ts';
export { Walker } from '../tape/walker.ts';
export type { Agent, Line, Lineage, LogFile, LogReader, LogRoot, Machine, Skip } from './agent.ts';
export { firstLine } from './first-line.ts';
export type { LiveCapabilities, LivePort, LiveReader, LiveStart } from './live.ts';
export type { CursorDeltaListener, CursorRun };
export {
  claudeCode,
  claudeCodeLive,
  codex,
  codexAppServerLive,
  codexExecLive,
  copilotCliLive,
  copilotSessionStateLive,
  cursorCliLive,
  cursorListener,
  cursorSdkLive,
  followCursor,
  geminiCliLive,
  livePorts,
  openCodeLive,
};

export const agents: readonly Agent[] = [claudeCode, codex];

/** How an agent's prompts are built; of one that is not here nothing is taken for sure. */
export function contextHabits(agent: string): ContextHabits {
  const told =
    agents.find(({ id }) => id === agent)?.context ?? livePorts.find((port) => port.agent === agent)?.context;
  return told ?? UNKNOWN_HABITS;
}
