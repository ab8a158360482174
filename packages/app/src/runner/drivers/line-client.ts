/**
 * Clients that take a prompt on stdin, print JSON lines and can only be signalled: Gemini CLI, Copilot CLI, Cursor's CLI.
 * What they tell beside the stream is followed in the files they keep.
 */
import { randomUUID } from 'node:crypto';
import type { LivePort } from '@tokenmeter/core/agents';
import { copilotCliLive, cursorCliLive, geminiCliLive } from '@tokenmeter/core/agents';
import { type Act, type Driver, type Launch, messageOf, type Stage } from '../driver.ts';
import { type LineTail, tailLines } from '../tail-lines.ts';

interface LineClient {
  readonly port: LivePort;
  readonly programs: readonly string[];
  /** `sessionId` is a new one of ours, for clients that take it. */
  readonly words: (launch: Launch, sessionId: string) => readonly string[];
  readonly lastWord: string;
  /** What the client would say first if it said whose session it is. */
  readonly firstWord?: (sessionId: string) => unknown;
  /** A file of JSON lines that tell what the stream does not. */
  readonly file?: (launch: Launch, sessionId: string) => string;
}

const flag = (name: string, value: string): readonly string[] => (value === '' ? [] : [name, value]);

export const geminiCliDriver = lineDriver({
  port: geminiCliLive,
  programs: ['gemini'],
  words: ({ model }) => ['--output-format', 'stream-json', ...flag('--model', model)],
  lastWord: 'result',
});

export const copilotCliDriver = lineDriver({
  port: copilotCliLive,
  programs: ['copilot'],
  words: ({ model }, sessionId) => [
    ...['--output-format', 'json', '--session-id', sessionId],
    ...flag('--model', model),
  ],
  lastWord: 'result',
  // Only its file says it, a moment too late for what it prints.
  firstWord: (sessionId) => ({ type: 'session.start', data: { sessionId } }),
  file: ({ machine }, sessionId) =>
    `${machine.env.COPILOT_HOME || `${machine.home}/.copilot`}/session-state/${sessionId}/events.jsonl`,
});

export const cursorDriver = lineDriver({
  port: cursorCliLive,
  programs: ['cursor-agent'],
  words: ({ model }) => ['--print', '--output-format', 'stream-json', ...flag('--model', model)],
  lastWord: 'result',
});

function lineDriver(client: LineClient): Driver {
  return {
    agent: client.port.agent,
    programs: client.programs,
    port: client.port,
    open: (stage) => open(client, stage),
  };
}

function open(client: LineClient, stage: Stage): Act {
  const sessionId = randomUUID();
  let tail: LineTail | undefined;
  const tell = (text: string): boolean => {
    const message = messageOf(text);
    if (typeof message?.type !== 'string') return false;
    stage.tell(message);
    return true;
  };
  return {
    words: client.words(stage.launch, sessionId),
    begin: () => {
      if (client.firstWord) stage.tell(client.firstWord(sessionId));
      stage.write(stage.launch.prompt);
      stage.closeInput();
      if (client.file)
        tail = tailLines(client.file(stage.launch, sessionId), (line) => tell(line.text(0, line.length)));
    },
    line: (text) => {
      if (!tell(text)) return false;
      if (messageOf(text)?.type === client.lastWord) stage.over();
      return true;
    },
    interrupt: () => stage.signal('SIGINT'),
    end: async () => tail?.close(),
  };
}
