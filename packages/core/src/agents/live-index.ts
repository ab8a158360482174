/** The registry of live sources: one line a surface, the best of an agent first. */
import { claudeCodeLive } from './claude-code/live.ts';
import { codexAppServerLive } from './codex/live-app-server.ts';
import { codexExecLive } from './codex/live-exec.ts';
import type { LivePort } from './live.ts';

export const livePorts: readonly LivePort[] = [claudeCodeLive, codexAppServerLive, codexExecLive];
