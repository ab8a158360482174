/** Claude Code: transcripts of sessions and sub-agents, one JSON record a line. */
import type { Agent } from '../agent.ts';
import { sidecarOf } from './place.ts';
import { promptText } from './prompt-text.ts';
import { TranscriptReader } from './reader.ts';
import { roots } from './roots.ts';
import { AGENT_ID } from './sighting.ts';
import { toolKind } from './tool-kind.ts';

export const claudeCode: Agent = {
  id: AGENT_ID,
  name: 'Claude Code',
  aliases: ['claude'],
  exactness:
    'Every logged call with its exact usage, cache lifetimes, sub-agents and tools. Not logged by the program: session ' +
    'titles, compactions and the side calls of web searches; they show as one reconciled call where the session tells ' +
    'its own total. A call cut in mid-stream tells its output only at least.',
  // Thinking goes back with tool results and, since Opus 4.5, with every turn; the cache holds beginnings of the prompt.
  context: { reasoningReenters: true, prefixCache: true },
  roots,
  sidecar: sidecarOf,
  promptText,
  open: (file, state) => new TranscriptReader(file, state),
  toolKind,
};
