/**
 * `tokenmeter run -- PROMPT`: starts an agent's real client, shows what it uses on one line while it works, and ends as it
 * ended. The prompt is handed to the client and kept nowhere.
 */
import { resolve } from 'node:path';
import { TokenmeterError } from '@tokenmeter/core';
import { agentName } from '@tokenmeter/core/format';
import { exitOf } from '../live/run-exit.ts';
import { openRunView } from '../live/run-view.ts';
import { readBudget, readTimeout, splitPrompt } from '../run-options.ts';
import { money } from '../top/cells.ts';
import { type Cli, COMMON, defineVerb, type Verb } from '../verb.ts';
import { withHouse } from '../with-house.ts';

const AGENTS = ['claude', 'codex', 'cursor', 'opencode', 'gemini', 'copilot'] as const;

const verb = defineVerb({
  name: 'run',
  summary: 'Start an agent on a prompt, follow it, stop it at a budget',
  args: {
    prompt: {
      type: 'positional',
      required: false,
      valueHint: '-- PROMPT',
      description: 'What to do; without one it is read from stdin',
    },
    agent: {
      type: 'string',
      valueHint: 'AGENT',
      description: `${AGENTS.join(', ')}; default claude`,
    },
    budget: { type: 'string', valueHint: 'USD', description: 'Stop it when it has spent this much: 2.50' },
    timeout: { type: 'string', valueHint: 'SPAN', description: 'Stop it after this long: 90s, 30m, 2h' },
    model: { type: 'string', valueHint: 'MODEL', description: "Model, as the agent's own command line spells it" },
    cwd: { type: 'string', valueHint: 'DIR', description: 'Where it works; default here' },
    task: { type: 'string', valueHint: 'ID', description: 'Task that its cost belongs to' },
    title: { type: 'string', valueHint: 'TEXT', description: 'What it is called on the pages' },
    name: { type: 'string', valueHint: 'ROLE', description: 'Role it plays: dev, boss ...' },
    json: { type: 'boolean', description: 'Ticks as JSON objects, one a line' },
    ...COMMON,
  },
  choices: { agent: { words: AGENTS } },
  examples: [
    'tokenmeter run --budget 2.50 -- "Fix the failing test"',
    'tokenmeter run --agent codex --timeout 30m -- "Update the changelog"',
    'git diff | tokenmeter run --json',
  ],
  run: async (args, cli) => {
    const { agent = 'claude', model, task, title, name, cwd = '.', json } = args;
    const budgetNano = readBudget(args.budget);
    const timeoutMs = readTimeout(args.timeout);
    const prompt = args.prompt ?? (cli.io.isInTty ? '' : await cli.io.stdin());
    if (prompt.trim() === '')
      throw new TokenmeterError('usage', 'Cannot run without a prompt, write it behind -- or pipe it in');
    return withHouse(cli, args, async (visit) => {
      const { house, screen, io } = visit;
      const request = { agent, prompt, cwd: resolve(cwd), model, taskId: task, title, name, budgetNano, timeoutMs };
      const started = await cli.startRun(house, request, () => io.err('The server went away; the run goes on\n'));
      stopWhenAsked(cli, started);
      const { id } = started.open;
      const first = started.hub.liveRun(id);
      if (!json) io.err(`${agentName(first?.agent ?? agent)} works, run ${id}\n`);
      if (!json && first?.cap) io.err(capWords(first.cap));
      const view = openRunView({ io, screen, isJson: json === true });
      const forget = started.hub.subscribe((frame) => view.take(id, frame));
      try {
        const run = await started.ended;
        await view.end(run);
        await house.ingest.scan();
        return exitOf(run);
      } finally {
        forget();
      }
    });
  },
});

/** Everything behind `--` is the prompt, also what looks like an option. */
export const run: Verb = {
  ...verb,
  run: (words, cli) => {
    const { options, prompt } = splitPrompt(words);
    return verb.run(prompt === undefined || prompt === '' ? options : [...options, '--', prompt], cli);
  },
};

/** The first Ctrl+C asks the agent to stop, the second does not wait for it. */
function stopWhenAsked({ io }: Cli, started: Awaited<ReturnType<Cli['startRun']>>): void {
  void io.interrupted().then(() => {
    started.open.requestStop('user');
    void io.interrupted().then(() => started.kill());
  });
}

function capWords({ kind, amount_usd: amount, overshoot_bound_usd: bound }: Cap): string {
  const whose = kind === 'run' ? 'It is stopped at' : "It is stopped at the month's cap of";
  const over = bound === null ? '' : `, which the call under way may pass by up to ${money(bound)}`;
  return `${whose} ${money(amount)}${over}\n`;
}

interface Cap {
  readonly kind: 'run' | 'monthly';
  readonly amount_usd: string;
  readonly overshoot_bound_usd: string | null;
}
