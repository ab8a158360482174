/** Every command with its words and where it lives. Loaded lazily: a command pays for its own imports only. */
import type { Verb } from './verb.ts';

export interface VerbPart {
  readonly summary: string;
  load(): Promise<Verb>;
}

export interface VerbEntry {
  readonly name: string;
  readonly summary: string;
  /** Absent for a group, whose parts have them. */
  load?(): Promise<Verb>;
  readonly parts?: Readonly<Record<string, VerbPart>>;
  /** The part that runs when none is named. */
  readonly usual?: string;
}

/** What runs without a command. */
export const SUMMARY = (): Promise<Verb> => import('./commands/summary.ts').then((module) => module.summary);

export const VERBS: readonly VerbEntry[] = [
  {
    name: 'usage',
    summary: 'Tokens and cost by day, agent, model, project, session, tool and more',
    load: () => import('./commands/usage.ts').then((module) => module.usage),
  },
  {
    name: 'sessions',
    summary: 'Sessions with their calls, tokens and cost',
    load: () => import('./commands/sessions.ts').then((module) => module.sessions),
  },
  {
    name: 'session',
    summary: 'One session: its threads, calls and tools',
    load: () => import('./commands/session.ts').then((module) => module.session),
  },
  {
    name: 'tools',
    summary: 'What consumed the tokens: tools, files, sub-agents, fixed costs',
    load: () => import('./commands/tools.ts').then((module) => module.tools),
  },
  {
    name: 'profile',
    summary: 'What consumed the tokens as a profile for speedscope, pprof or a flame graph',
    load: () => import('./commands/profile.ts').then((module) => module.profile),
  },
  {
    name: 'models',
    summary: 'Models in use, and how each found its price',
    load: () => import('./commands/models.ts').then((module) => module.models),
  },
  {
    name: 'blocks',
    summary: "Claude's 5-hour windows, the one that is open with its pace",
    load: () => import('./commands/blocks.ts').then((module) => module.blocks),
  },
  {
    name: 'sources',
    summary: 'Where logs were looked for, and what was read',
    load: () => import('./commands/sources.ts').then((module) => module.sources),
  },
  {
    name: 'doctor',
    summary: 'What was found, what was skipped and why, what is not exact and why',
    load: () => import('./commands/doctor.ts').then((module) => module.doctor),
  },
  {
    name: 'prices',
    summary: 'Prices in use, and your own',
    usual: 'list',
    parts: {
      list: { summary: 'Models in use with the price each gets', load: () => prices().then((module) => module.list) },
      show: { summary: 'All prices of a model, dated', load: () => prices().then((module) => module.show) },
      set: { summary: 'Give a model a price of your own', load: () => priceChanges().then((module) => module.set) },
      remove: { summary: 'Take back a price of your own', load: () => priceChanges().then((module) => module.remove) },
      update: { summary: 'How prices are renewed', load: () => priceChanges().then((module) => module.update) },
      import: {
        summary: 'Read prices of your own from a file',
        load: () => priceChanges().then((module) => module.importFile),
      },
    },
  },
  {
    name: 'cost',
    summary: 'What the work cost, by repository, workplan, task, commit or release',
    load: () => import('./commands/cost.ts').then((module) => module.cost),
  },
  {
    name: 'tasks',
    summary: 'The tasks that cost most',
    load: () => import('./commands/cost.ts').then((module) => module.tasks),
  },
  {
    name: 'task',
    summary: 'Tasks that spend is accounted to',
    usual: 'list',
    parts: {
      add: { summary: 'Make a task, or change one', load: () => tasks().then((module) => module.add) },
      list: { summary: 'Tasks with their status', load: () => tasks().then((module) => module.list) },
      show: { summary: 'One task: what was measured and told', load: () => tasks().then((module) => module.show) },
      status: {
        summary: 'Change the status of a task, with the tokens it took',
        load: () => tasks().then((module) => module.status),
      },
      import: {
        summary: 'Read tasks, workplans or token events from a CSV or JSON file',
        load: () => import('./commands/work-import.ts').then((module) => module.importFile),
      },
    },
  },
  {
    name: 'workplan',
    summary: 'Workplans: groups of tasks, with a cap',
    usual: 'list',
    parts: {
      add: {
        summary: 'Make a workplan, or change one',
        load: () => import('./commands/workplan.ts').then((module) => module.add),
      },
      list: {
        summary: 'Workplans with their tasks',
        load: () => import('./commands/workplan.ts').then((module) => module.list),
      },
    },
  },
  {
    name: 'git',
    summary: 'Ties spend to repositories, commits and releases',
    usual: 'link',
    parts: {
      link: {
        summary: 'Ask git where sessions ran; it only reads',
        load: () => import('./commands/git.ts').then((module) => module.link),
      },
    },
  },
  {
    name: 'mcp',
    summary: 'Tools for agents, over the Model Context Protocol on stdin and stdout',
    load: () => import('./commands/mcp.ts').then((module) => module.mcp),
  },
  {
    name: 'skill',
    summary: 'What agents are told about reporting tokens',
    usual: 'print',
    parts: {
      print: {
        summary: 'Print the skill, to save where your agent looks for skills',
        load: () => import('./commands/skill.ts').then((module) => module.print),
      },
    },
  },
  {
    name: 'export',
    summary: 'Calls or totals as csv, json, ndjson or parquet',
    load: () => import('./commands/export.ts').then((module) => module.exportData),
  },
  {
    name: 'verify',
    summary: 'Check the ledger against itself',
    load: () => import('./commands/ledger.ts').then((module) => module.verify),
  },
  {
    name: 'backup',
    summary: 'Copy the ledger to a file, also while a server runs',
    load: () => import('./commands/ledger.ts').then((module) => module.backup),
  },
  {
    name: 'restore',
    summary: 'Put a backup in the place of the ledger',
    load: () => import('./commands/restore.ts').then((module) => module.restore),
  },
  {
    name: 'forget',
    summary: 'Delete a session and its totals',
    load: () => import('./commands/ledger.ts').then((module) => module.forget),
  },
  {
    name: 'retention',
    summary: 'Fold old calls into totals',
    load: () => import('./commands/ledger.ts').then((module) => module.retention),
  },
  {
    name: 'serve',
    summary: 'The dashboard, live',
    load: () => import('./commands/serve.ts').then((module) => module.serve),
  },
  {
    name: 'run',
    summary: 'Start an agent on a prompt, follow it, stop it at a budget',
    load: () => import('./commands/run.ts').then((module) => module.run),
  },
  {
    name: 'runs',
    summary: 'Runs that were started here, with status, task, cost and tokens',
    load: () => import('./commands/runs.ts').then((module) => module.runs),
  },
  {
    name: 'stop',
    summary: 'Stop a run',
    load: () => import('./commands/stop.ts').then((module) => module.stop),
  },
  {
    name: 'top',
    summary: 'Runs in progress, live on the whole terminal',
    load: () => import('./commands/top.ts').then((module) => module.top),
  },
  {
    name: 'watch',
    summary: 'Ticks of a run or a session, as lines or NDJSON',
    load: () => import('./commands/watch.ts').then((module) => module.watch),
  },
  {
    name: 'demo',
    summary: 'The dashboard with recorded sessions, in a place of its own',
    load: () => import('./commands/demo.ts').then((module) => module.demo),
  },
  {
    name: 'token',
    summary: 'The token that a dashboard asks for',
    load: () => import('./commands/token.ts').then((module) => module.token),
  },
  {
    name: 'service',
    summary: 'Keep the dashboard running after login',
    usual: 'status',
    parts: {
      install: { summary: 'Start it at login', load: () => service().then((module) => module.install) },
      uninstall: { summary: 'Start it no more', load: () => service().then((module) => module.uninstall) },
      status: { summary: 'Whether it is installed', load: () => service().then((module) => module.status) },
    },
  },
  {
    name: 'config',
    summary: 'Settings: all, one, change one, where they lie',
    usual: 'show',
    parts: {
      show: { summary: 'All settings and where each comes from', load: () => config().then((module) => module.show) },
      get: { summary: 'One setting', load: () => config().then((module) => module.get) },
      set: { summary: 'Change one setting', load: () => config().then((module) => module.set) },
      path: { summary: 'The file', load: () => config().then((module) => module.path) },
    },
  },
  {
    name: 'statusline',
    summary: "One line for an agent's status bar, from its JSON on stdin",
    load: () => import('./commands/statusline.ts').then((module) => module.statusline),
  },
  {
    name: 'completions',
    summary: 'Shell completions for bash, zsh or fish',
    load: () => import('./commands/completions.ts').then((module) => module.completions),
  },
];

const prices = () => import('./commands/prices.ts');
const priceChanges = () => import('./commands/price-changes.ts');
const service = () => import('./commands/service.ts');
const config = () => import('./commands/config.ts');
const tasks = () => import('./commands/task.ts');
