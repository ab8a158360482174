/**
 * The model that a client will use when nobody asks for one, as its own settings say: so that what a run may pass a budget
 * by is told for that model and not for the dearest there is. '' where they do not say; the client's first words then do.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';

export interface Whereabouts {
  readonly home: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const LONGEST_NAME = 200;
const LARGEST_FILE = 1 << 20;

export function configuredModel(agent: string, where: Whereabouts): string {
  const name = READERS[agent]?.(where) ?? '';
  return name.length <= LONGEST_NAME ? name : '';
}

const READERS: Readonly<Record<string, (where: Whereabouts) => string | undefined>> = {
  'claude-code': ({ home, cwd, env }) => {
    const own = env.CLAUDE_CONFIG_DIR || join(home, '.claude');
    const files = [
      join(cwd, '.claude', 'settings.local.json'),
      join(cwd, '.claude', 'settings.json'),
      join(own, 'settings.json'),
    ];
    return env.ANTHROPIC_MODEL || first(files, (file) => textAt(settingsIn(file), 'model'));
  },
  codex: ({ home, env }) => topLevelToml(join(env.CODEX_HOME || join(home, '.codex'), 'config.toml'), 'model'),
  'gemini-cli': ({ home, cwd, env }) => {
    const files = [join(cwd, '.gemini', 'settings.json'), join(home, '.gemini', 'settings.json')];
    const named = (file: string) => textAt(settingsIn(file), 'model', 'name') ?? textAt(settingsIn(file), 'model');
    return env.GEMINI_MODEL || first(files, named);
  },
  'copilot-cli': ({ env }) => env.COPILOT_MODEL,
  opencode: ({ home, cwd }) => {
    const files = [join(cwd, 'opencode.json'), join(home, '.config', 'opencode', 'opencode.json')];
    // `seller/model`: the model's own name is what it is priced by.
    return first(files, (file) => textAt(settingsIn(file), 'model')?.replace(/^[^/]*\//, ''));
  },
};

function first(files: readonly string[], read: (file: string) => string | undefined): string | undefined {
  for (const file of files) {
    const found = read(file);
    if (found) return found;
  }
  return undefined;
}

function settingsIn(file: string): unknown {
  const text = textOf(file);
  return text === undefined ? undefined : parse(text, [], { allowTrailingComma: true });
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  let at = value;
  for (const name of path)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined; // -- an object
  return typeof at === 'string' ? at : undefined;
}

/** A text of a TOML file before its first table, which is all that is needed of it. */
function topLevelToml(file: string, name: string): string | undefined {
  const [top = ''] = (textOf(file) ?? '').split(/^\s*\[/m);
  return new RegExp(`^\\s*${name}\\s*=\\s*(?:"([^"\\\\]*)"|'([^']*)')\\s*(?:#.*)?$`, 'm')
    .exec(top)
    ?.slice(1)
    .find(Boolean);
}

/** Undefined where it is not there, or is no settings of a person's. */
function textOf(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.length > LARGEST_FILE ? undefined : text;
  } catch {
    return undefined;
  }
}
