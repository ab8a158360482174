/** The registry of live sources: one line a surface, the best of an agent first. */
import { claudeCodeLive } from './claude-code/live.ts';
import { codexAppServerLive } from './codex/live-app-server.ts';
import { codexExecLive } from './codex/live-exec.ts';
import { copilotCliLive, copilotSessionStateLive } from './copilot-cli/live.ts';
import { cursorSdkLive } from './cursor/live.ts';
import { cursorCliLive } from './cursor/live-cli.ts';
import { geminiCliLive } from './gemini-cli/live.ts';
import type { LivePort } from './live.ts';
import { openCodeLive } from './opencode/live.ts';

export const livePorts: readonly LivePort[] = [
  claudeCodeLive,
  codexAppServerLive,
  codexExecLive,
  cursorSdkLive,
  cursorCliLive,
  openCodeLive,
  geminiCliLive,
  copilotCliLive,
  copilotSessionStateLive,
];
