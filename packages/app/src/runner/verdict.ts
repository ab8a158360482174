/**
 * How a run ended, from all that was seen of it: what the agent itself said, how its process went, and who asked it to
 * stop. It refuses to repeat what a prompt said: the client's last words are told only where they hold none of it.
 */
import type { RunEndEvent, StopReason } from '@tokenmeter/core';
import type { RunEnding } from '../live/port.ts';
import type { Exit } from './process.ts';

export interface Seen {
  messages: number;
  /** Lines that are no message, or longer than any. */
  garbage: number;
  isTimedOut: boolean;
  /** It closed its output and did not end. */
  isMute: boolean;
  stopReason: StopReason | undefined;
  runEnd: RunEndEvent | undefined;
  failure: string | undefined;
}

type Verdict = Pick<RunEnding, 'outcome' | 'stopReason' | 'message'>;

const LONGEST_MESSAGE = 300;
/** So much of a prompt in a client's last words is a quotation. */
const QUOTED_CHARACTERS = 24;

export function endingOf(agent: string, seen: Seen, exit: Exit, lastWords: string, prompt: string): RunEnding {
  const verdict = judge(agent, seen, exit, quotable(lastWords, prompt));
  return { ...verdict, message: verdict.message.slice(0, LONGEST_MESSAGE), exitCode: exit.code };
}

function judge(agent: string, seen: Seen, exit: Exit, lastWords: string): Verdict {
  const { runEnd, stopReason } = seen;
  // What was done before the request could have an effect is done.
  if (runEnd?.outcome === 'success' && !seen.isTimedOut && seen.failure === undefined && isClean(exit, seen))
    return { outcome: 'success', message: '' };
  if (seen.isTimedOut) return { outcome: 'timeout', message: 'It took longer than it was given' };
  if (stopReason !== undefined) return { outcome: 'interrupted', stopReason, message: '' };
  if (runEnd?.outcome === 'budget')
    return { outcome: 'interrupted', stopReason: 'budget_capped', message: runEnd.message ?? '' };
  if (runEnd?.outcome === 'turns')
    return { outcome: 'interrupted', stopReason: 'turn_capped', message: runEnd.message ?? '' };
  if (runEnd?.outcome === 'interrupted')
    return { outcome: 'interrupted', stopReason: 'user', message: runEnd.message ?? '' };
  if (runEnd?.outcome === 'timeout') return { outcome: 'timeout', message: runEnd.message ?? '' };
  return { outcome: 'error', message: complaint(agent, seen, exit, lastWords) };
}

/** An agent that said it succeeded and then had to be ended did succeed; one that fails after its word did not. */
function isClean(exit: Exit, seen: Seen): boolean {
  return exit.code === 0 || exit.signal !== null || exit.code === null || seen.stopReason !== undefined;
}

function complaint(agent: string, seen: Seen, exit: Exit, lastWords: string): string {
  const said = lastWords === '' ? '' : `: ${lastWords}`;
  if (exit.failure) return `Cannot start ${agent}: ${exit.failure.message}`;
  if (seen.failure !== undefined) return seen.failure;
  if (seen.runEnd?.message) return seen.runEnd.message;
  const how = exit.signal === null ? `exit code ${exit.code}` : exit.signal;
  if (seen.messages === 0 && seen.garbage > 0)
    return `Cannot follow ${agent}: it ended with ${how} and printed nothing that this client prints, check agent_commands${said}`;
  if (seen.messages === 0) return `Cannot follow ${agent}: it ended with ${how} before it said anything${said}`;
  if (seen.isMute) return `${agent} closed its output without ending and was killed${said}`;
  if (seen.runEnd?.outcome === 'success') return `${agent} said that all is well and ended with ${how}${said}`;
  return `${agent} ended with ${how} before it was done${said}`;
}

/** The last line of the client's error output, '' where it quotes the prompt. */
function quotable(lastWords: string, prompt: string): string {
  const line =
    lastWords
      .split('\n')
      .map((text) => text.trim())
      .findLast((text) => text !== '') ?? '';
  const plain = stripColours(line).slice(0, LONGEST_MESSAGE);
  return quotes(plain, prompt) ? '' : plain;
}

function quotes(line: string, prompt: string): boolean {
  const asked = prompt.trim();
  if (asked === '') return false;
  if (asked.length <= QUOTED_CHARACTERS) return line.includes(asked);
  for (let start = 0; start + QUOTED_CHARACTERS <= line.length; start++)
    if (asked.includes(line.slice(start, start + QUOTED_CHARACTERS))) return true;
  return false;
}

function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
}
