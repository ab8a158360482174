/**
 * Where this agent's transcripts lie: its own folders, or those named by its environment, and the desktop and sister
 * programs that write the same format. It refuses to look whether they exist.
 */
import type { LogRoot, Machine } from '../agent.ts';

/** Project folder, session folder, sub-agents, workflows: five deep; some more for what may come. */
const PROJECT_DEPTH = 8;
/** Agent mode nests a whole configuration folder below account and session folders. */
const DESKTOP_DEPTH = 13;

export function roots(machine: Machine): readonly LogRoot[] {
  const found: LogRoot[] = [];
  for (const { folder, because } of configFolders(machine)) {
    if (/[/\\]projects$/.test(folder)) found.push({ path: folder, because, accepts, maxDepth: PROJECT_DEPTH });
    else
      found.push(
        { path: `${folder}/projects`, because, accepts, maxDepth: PROJECT_DEPTH },
        { path: `${folder}/transcripts`, because, accepts, maxDepth: PROJECT_DEPTH },
      );
  }
  const because = 'default';
  for (const folder of applicationFolders(machine)) {
    found.push(
      {
        path: `${folder}/Claude/local-agent-mode-sessions`,
        because,
        accepts: acceptsNested,
        maxDepth: DESKTOP_DEPTH,
      },
      { path: `${folder}/CherryStudio/.claude/projects`, because, accepts, maxDepth: PROJECT_DEPTH },
    );
  }
  if (machine.platform === 'win32') {
    const local = machine.env.LOCALAPPDATA || `${machine.home}/AppData/Local`;
    found.push({
      path: `${local}/Packages`,
      because,
      accepts: (path) => STORE_PACKAGE.test(path) && acceptsNested(path),
      enters: entersStorePackage,
      maxDepth: DESKTOP_DEPTH + STORE_PATH.length + 1,
    });
  }
  return found;
}

function configFolders({ home, env }: Machine): readonly { folder: string; because: string }[] {
  const named = (env.CLAUDE_CONFIG_DIR ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => withoutTrailingSlash(part === '~' || /^~[/\\]/.test(part) ? home + part.slice(1) : part));
  if (named.length > 0) return named.map((folder) => ({ folder, because: 'CLAUDE_CONFIG_DIR' }));
  const xdg = env.XDG_CONFIG_HOME?.trim();
  return [
    xdg
      ? { folder: `${withoutTrailingSlash(xdg)}/claude`, because: 'XDG_CONFIG_HOME' }
      : { folder: `${home}/.config/claude`, because: 'default' },
    { folder: `${home}/.claude`, because: 'default' },
  ];
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/[/\\]+$/, '') : path;
}

/** Where desktop programs keep their data. */
function applicationFolders({ home, env, platform }: Machine): readonly string[] {
  if (platform === 'darwin') return [`${home}/Library/Application Support`];
  if (platform === 'win32') return [env.APPDATA || `${home}/AppData/Roaming`];
  return [env.XDG_CONFIG_HOME?.trim() || `${home}/.config`];
}

/** Transcripts; `journal.jsonl` beside sub-agents tells how a workflow went, not what it used. */
function accepts(path: string): boolean {
  return path.endsWith('.jsonl') && !/(^|\/)subagents\/(.*\/)?journal\.jsonl$/.test(path);
}

/** Below a folder of whole configurations only what lies in a `projects` folder is a transcript. */
function acceptsNested(path: string): boolean {
  return /(^|\/)projects\//.test(path) && accepts(path);
}

/** The desktop program as a store package: the package's own folder, then this path. */
const STORE_PATH = ['LocalCache', 'Roaming', 'Claude', 'local-agent-mode-sessions'] as const;
const STORE_PACKAGE = new RegExp(`^(Claude_[^/]*|[^/]*\\.Claude_[^/]*)/${STORE_PATH.join('/')}/`);

/** Keeps the walk out of all other programs' packages. */
function entersStorePackage(path: string): boolean {
  const [name = '', ...below] = path.split('/');
  if (!/^Claude_|\.Claude_/.test(name)) return false;
  return STORE_PATH.every((part, index) => below[index] === undefined || below[index] === part);
}
