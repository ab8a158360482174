/**
 * Starting agents for others than the person at the terminal: only in directories that the config allows, as the disk
 * spells them, so that a link does not lead out. It refuses everything else.
 */
import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { parseNanoDecimal, TokenmeterError } from '@tokenmeter/core';
import type { Runner } from '../live/port.ts';
import type { AgentRunner } from './runner.ts';

/** `folders` are asked each time: the config may change. */
export function allowedRunner(runner: Pick<AgentRunner, 'start'>, folders: () => readonly string[]): Runner {
  return {
    start: async ({ agent, prompt, cwd, model, task_id: taskId, title, name, budget_usd: budget }) => {
      const folder = realOf(cwd);
      const isAllowed = folders().some((allowed) => isWithin(folder, realOf(allowed)));
      if (folder === undefined || !isAllowed)
        throw new TokenmeterError(
          'usage',
          `Cannot start an agent in "${cwd}": ${folder === undefined ? 'there is no such directory' : 'run_dirs does not allow it'}`,
        );
      const budgetNano = budget === undefined ? undefined : parseNanoDecimal(budget);
      const started = await runner.start({ agent, prompt, cwd: folder, model, taskId, title, name, budgetNano });
      started.ended.catch(() => undefined);
      return started.open.run;
    },
  };
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isWithin(folder: string | undefined, allowed: string | undefined): boolean {
  if (folder === undefined || allowed === undefined) return false;
  return folder === allowed || folder.startsWith(allowed.endsWith(sep) ? allowed : `${allowed}${sep}`);
}
