/**
 * Claude Code: `claude -p` with JSON lines both ways. Its stdin stays open, since an interrupt is a message too; it is
 * closed once a result came and no background task is left. What the stream does not tell of sub-agents (their output) is read
 * from their transcripts as they are written.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { claudeCode, claudeCodeLive } from '@tokenmeter/core/agents';
import { type Act, type Driver, type Launch, messageOf, type Stage } from '../driver.ts';
import { tailFolder } from '../tail.ts';
import type { LineTail } from '../tail-lines.ts';

export const claudeCodeDriver: Driver = {
  agent: claudeCode.id,
  programs: ['claude'],
  port: claudeCodeLive,
  optionalWords: ['--forward-subagent-text', '--include-partial-messages'],
  open,
};

function open(stage: Stage): Act {
  const openTasks = new Set<string>();
  let tail: LineTail | undefined;
  let isStopping = false;
  const { model } = stage.launch;
  return {
    words: [
      '-p',
      ...['--output-format', 'stream-json', '--input-format', 'stream-json', '--verbose'],
      '--include-partial-messages',
      '--forward-subagent-text',
      ...(model === '' ? [] : ['--model', model]),
    ],
    begin: () => {
      const message = { role: 'user', content: stage.launch.prompt };
      stage.write(JSON.stringify({ type: 'user', message }));
    },
    line: (text) => {
      const message = messageOf(text);
      if (typeof message?.type !== 'string') return false;
      if (message.type === 'system') {
        if (tail === undefined && message.subtype === 'init' && typeof message.session_id === 'string')
          tail = tailSubAgents(stage, message.session_id);
        countTask(openTasks, message);
      }
      stage.tell(message);
      if (message.type === 'result' && (openTasks.size === 0 || isStopping)) {
        stage.closeInput();
        stage.over();
      }
      return true;
    },
    interrupt: () => {
      isStopping = true;
      stage.write(
        JSON.stringify({ type: 'control_request', request_id: 'interrupt', request: { subtype: 'interrupt' } }),
      );
    },
    end: async () => tail?.close(),
  };
}

/** A background task outlives the turn that started it: another turn follows when it is done. */
function countTask(open: Set<string>, message: Readonly<Record<string, unknown>>): void {
  const { subtype, task_id: id } = message;
  if (typeof id !== 'string') return;
  if (subtype === 'task_started') open.add(id);
  else if (subtype === 'task_notification') open.delete(id);
}

function tailSubAgents(stage: Stage, sessionId: string): LineTail {
  return tailFolder({
    agent: claudeCode,
    folder: () => findSubAgents(stage.launch, sessionId),
    accepts: (name) => name.startsWith('agent-') && name.endsWith('.jsonl'),
    emit: stage.emit,
  });
}

/** `ROOT/PROJECT/SESSION/subagents`; how the client spells a directory as PROJECT has changed, so it is looked for. */
function findSubAgents(
  { machine, cwd }: Launch,
  sessionId: string,
): { path: string; relativePath: string } | undefined {
  for (const root of claudeCode.roots(machine)) {
    const guess = cwd.replace(/[^A-Za-z0-9]/g, '-');
    for (const project of [guess, ...foldersIn(root.path)]) {
      const relativePath = `${project}/${sessionId}/subagents`;
      const path = join(root.path, relativePath);
      if (existsSync(path)) return { path, relativePath };
    }
  }
  return undefined;
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
