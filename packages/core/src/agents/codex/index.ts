/**
 * Codex (CLI, desktop, editors, exec): where its rollout files lie and how they are read. Other agents that write the
 * same format differ in their names and homes only. It refuses nothing by originator: every rollout counts.
 */
import type { Agent, LogRoot, Machine } from '../agent.ts';
import { openRollout } from './log.ts';
import { lineageOf } from './meta.ts';
import { promptText } from './prompt-text.ts';
import { openThreadNames, THREAD_NAMES } from './thread-names.ts';
import { codexToolKind } from './tools.ts';

const EXACTNESS =
  'Exact: every call that ended, sub-agents included, with cached, written and reasoning tokens. ' +
  'A call that was cut leaves no trace in the log. Cache writes carry no lifetime and are booked as five minutes. ' +
  'Logs from before late 2025 may name no model; those calls stay without one. ' +
  'A fork of a session whose log is gone may count copied calls once where an old version leaves no sign of where its own work began.';

/** An agent that writes rollout files under homes named by `variable` (a comma list), else `~/<folder>`. */
function rolloutAgent(names: Pick<Agent, 'id' | 'name' | 'aliases'>, variable: string, folder: string): Agent {
  return {
    ...names,
    exactness: EXACTNESS,
    // Reasoning goes back encrypted; "cache hits are only possible for exact prefix matches" (platform.openai.com).
    context: { reasoningReenters: true, prefixCache: true },
    roots: (machine) => homesOf(machine, variable, folder).flatMap(rootsOf),
    lineage: lineageOf,
    promptText,
    open: (file, state) =>
      file.relativePath === THREAD_NAMES ? openThreadNames(names.id) : openRollout(names.id, file, state),
    toolKind: codexToolKind,
  };
}

export const codex: Agent = rolloutAgent({ id: 'codex', name: 'Codex', aliases: [] }, 'CODEX_HOME', '.codex');

interface Home {
  readonly path: string;
  readonly because: string;
}

function homesOf({ home, env }: Machine, variable: string, folder: string): Home[] {
  const told = (env[variable] ?? '').split(',').map((path) => path.trim());
  const paths = told.filter((path) => path !== '').map((path) => path.replace(/^~(?=[\\/]|$)/, () => home));
  if (paths.length === 0) return [{ path: `${home}/${folder}`, because: 'default' }];
  return [...new Set(paths)].map((path) => ({ path: path.replace(/(?<=.)[\\/]+$/, ''), because: variable }));
}

function rootsOf({ path, because }: Home): LogRoot[] {
  const accepts = (relativePath: string) => relativePath.endsWith('.jsonl');
  return [
    // A rollout that nobody touched for a week (codex-rs/rollout/src/compression.rs), until its session goes on.
    { path: `${path}/sessions`, because, accepts, maxDepth: 8, compresses: true },
    { path: `${path}/archived_sessions`, because, accepts, maxDepth: 4, compresses: true },
    { path, because, accepts: (relativePath) => relativePath === THREAD_NAMES, maxDepth: 0 },
  ];
}
