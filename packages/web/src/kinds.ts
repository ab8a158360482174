/**
 * The kinds of things that consume tokens, as people tell them apart by colour: nine families, of which MCP splits by
 * server. What the ledger calls a kind is finer; each has its family here and nowhere else.
 */
type Family = 'read' | 'bash' | 'edit' | 'search' | 'web' | 'agent' | 'message' | 'system' | 'other';

const FAMILIES: Readonly<Record<string, Family>> = {
  read: 'read',
  shell: 'bash',
  edit: 'edit',
  write: 'edit',
  search: 'search',
  web: 'web',
  task: 'agent',
  plan: 'message',
  user: 'message',
  model_text: 'message',
  reasoning: 'message',
  summary: 'message',
  system: 'system',
  tools: 'system',
  memory: 'system',
  skill: 'system',
  reminder: 'system',
};

const NAMES: Readonly<Record<Family, string>> = {
  read: 'Read',
  bash: 'Bash',
  edit: 'Edit',
  search: 'Search',
  web: 'Web',
  agent: 'Sub-agents',
  message: 'Messages',
  system: 'System',
  other: 'Other',
};

/** What the ledger's own kinds are called where they are told inside their family. */
const PARTS: Readonly<Record<string, string>> = {
  plan: 'plan',
  user: 'your text',
  model_text: 'replies',
  reasoning: 'reasoning',
  summary: 'summaries',
  system: 'prompt',
  tools: 'tools',
  memory: 'memory',
  skill: 'skills',
  reminder: 'reminders',
};

export interface Kind {
  /** `read`, `mcp:linear`: equal for all that stand in one row. */
  readonly id: string;
  readonly name: string;
  /** Class that gives the colour. */
  readonly class: string;
}

export const OTHER: Kind = { id: 'other', name: NAMES.other, class: 'kind-other' };

/** The family of a kind as the ledger spells it; what nobody knows is Other. */
export function kindOf(kind: string): Kind {
  if (kind.startsWith('mcp')) {
    const server = kind.slice(4);
    return { id: kind, name: server === '' ? 'MCP' : `MCP ${server}`, class: 'kind-mcp' };
  }
  const family = Object.hasOwn(FAMILIES, kind) ? (FAMILIES[kind] ?? 'other') : 'other';
  return { id: family, name: NAMES[family], class: `kind-${family}` };
}

export function kindClass(kind: string): string {
  return kindOf(kind).class;
}

/** `prompt, tools`: what of a family is there, where that is worth telling. */
export function partWord(kind: string): string | undefined {
  return Object.hasOwn(PARTS, kind) ? PARTS[kind] : undefined;
}
