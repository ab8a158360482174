/**
 * Names of agents, models, projects and callers as people say them. A name it does not know stays as it was written:
 * a wrong guess hides more than a raw id.
 */

const AGENTS: Readonly<Record<string, string>> = {
  'claude-code': 'Claude Code',
  claude: 'Claude Code',
  codex: 'Codex',
  cursor: 'Cursor',
  opencode: 'OpenCode',
  'gemini-cli': 'Gemini CLI',
  gemini: 'Gemini CLI',
  'copilot-cli': 'Copilot CLI',
  copilot: 'Copilot CLI',
  amp: 'Amp',
  cline: 'Cline',
  crush: 'Crush',
  droid: 'Droid',
  goose: 'Goose',
  'kilo-code': 'Kilo Code',
  'kimi-cli': 'Kimi CLI',
  pi: 'Pi',
  'qwen-code': 'Qwen Code',
  'roo-code': 'Roo Code',
};

/** `claude-code` is `Claude Code`; an agent without an entry keeps its id. */
export function agentName(id: string): string {
  return Object.hasOwn(AGENTS, id) ? (AGENTS[id] ?? id) : id || 'Unknown agent';
}

/** `claude-opus-4-6-20260101` is `Opus 4.6`, `claude-3-5-sonnet-latest` `Sonnet 3.5`; others stay, '' is `Unknown model`. */
export function modelName(model: string): string {
  if (model === '') return 'Unknown model';
  const newer = /^claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2}))?(?:-(?:\d{8}|latest))?$/.exec(model);
  if (newer) return claude(newer[1], newer[2], newer[3]);
  const older = /^claude-(\d{1,2})(?:-(\d{1,2}))?-([a-z]+)(?:-(?:\d{8}|latest))?$/.exec(model);
  if (older) return claude(older[3], older[1], older[2]);
  return model;
}

/** Names for a list of models that stand beside each other: two that would read the same keep their raw names. */
export function modelNames(models: readonly string[]): ReadonlyMap<string, string> {
  const seen = new Map<string, number>();
  const distinct = [...new Set(models)];
  for (const model of distinct) seen.set(modelName(model), (seen.get(modelName(model)) ?? 0) + 1);
  return new Map(distinct.map((model) => [model, seen.get(modelName(model)) === 1 ? modelName(model) : model]));
}

/**
 * The short name of a project: its repository's where one is known (`git@host:team/ledger-api.git` is `ledger-api`), else
 * the last part of the directory; `No project` where neither is.
 */
export function projectName(directory: string, repository = ''): string {
  const path = repository.replace(/\.git\/?$/, '') || directory;
  if (path === '') return 'No project';
  return path.split(/[\\/:]/).findLast((part) => part !== '') ?? path;
}

/** Why a call was made, in words: `lead` is `Main agent`, `subagent:explore` is `explore`, `system:title` is `title (system)`. */
export function callerName(caller: string): string {
  if (caller === 'lead') return 'Main agent';
  if (caller.startsWith('subagent:')) return caller.slice(9) || 'Sub-agent';
  if (caller.startsWith('system:')) return `${caller.slice(7)} (system)`;
  return caller || 'Unknown caller';
}

function claude(family = '', major = '', minor?: string): string {
  return `${family.charAt(0).toUpperCase()}${family.slice(1)} ${major}${minor === undefined ? '' : `.${minor}`}`;
}
