import { expect, test } from 'vitest';
import { roots } from './roots.ts';

const machine = (env: Record<string, string> = {}, platform = 'linux', home = '/home/dev') => ({ home, env, platform });
const paths = (...of: Parameters<typeof machine>) => roots(machine(...of)).map(({ path }) => path);

test('roots() looks in both default folders, or where XDG says', () => {
  expect(paths()).toEqual(expect.arrayContaining(['/home/dev/.config/claude/projects', '/home/dev/.claude/projects']));
  expect(paths()).toContain('/home/dev/.claude/transcripts');
  const named = roots(machine({ XDG_CONFIG_HOME: '/xdg/' }));
  expect(named[0]).toMatchObject({ path: '/xdg/claude/projects', because: 'XDG_CONFIG_HOME' });
  expect(named.map(({ path }) => path)).toContain('/home/dev/.claude/projects');
});

test('CLAUDE_CONFIG_DIR names one or several folders, or their projects, instead of the defaults', () => {
  const found = roots(machine({ CLAUDE_CONFIG_DIR: '/a/, ~/b ,/c/projects/,' })).filter(
    ({ because }) => because === 'CLAUDE_CONFIG_DIR',
  );
  expect(found.map(({ path }) => path)).toEqual([
    '/a/projects',
    '/a/transcripts',
    '/home/dev/b/projects',
    '/home/dev/b/transcripts',
    '/c/projects',
  ]);
  expect(paths({ CLAUDE_CONFIG_DIR: '/a' })).not.toContain('/home/dev/.claude/projects');
});

test('the desktop program is looked for where each platform keeps such data', () => {
  const below = 'Claude/local-agent-mode-sessions';
  expect(paths()).toContain(`/home/dev/.config/${below}`);
  expect(paths({}, 'darwin')).toContain(`/home/dev/Library/Application Support/${below}`);
  const windows = paths({ APPDATA: 'C:/Roaming', LOCALAPPDATA: 'C:/Local' }, 'win32', 'C:/Users/dev');
  expect(windows).toEqual(expect.arrayContaining([`C:/Roaming/${below}`, 'C:/Local/Packages']));
});

test('transcripts are accepted at any depth, a journal beside sub-agents is not', () => {
  const [root] = roots(machine());
  const accepts = (path: string) => root?.accepts(path);
  for (const path of [
    '-w/s.jsonl',
    '-w/s/chat.jsonl',
    '-w/agent-a1.jsonl',
    '-w/s/subagents/agent-a1.jsonl',
    '-w/s/subagents/workflows/wf/agent-a1.jsonl',
    '-w/journal.jsonl',
  ])
    expect(accepts(path), path).toBe(true);
  for (const path of ['-w/s/subagents/journal.jsonl', '-w/s/subagents/workflows/wf/journal.jsonl', '-w/s.json'])
    expect(accepts(path), path).toBe(false);
});

test('below the desktop program only what lies in a projects folder is a transcript', () => {
  const root = roots(machine()).find(({ path }) => path.endsWith('local-agent-mode-sessions'));
  expect(root?.accepts('acc/org/local_1/.claude/projects/-w/s.jsonl')).toBe(true);
  expect(root?.accepts('acc/org/local_1/audit.jsonl')).toBe(false);
});

test("a store package is entered by its own path only, and other programs' packages not at all", () => {
  const root = roots(machine({}, 'win32', 'C:/Users/dev')).find(({ path }) => path.endsWith('/Packages'));
  const inside = 'Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude/local-agent-mode-sessions';
  for (const path of ['Claude_pzs8sxrjxfjjc', 'Anthropic.Claude_1/LocalCache', inside, `${inside}/a/b`])
    expect(root?.enters?.(path), path).toBe(true);
  for (const path of ['Microsoft.Photos_8we', 'Claude_1/LocalState', 'Claude_1/LocalCache/Local'])
    expect(root?.enters?.(path), path).toBe(false);
  expect(root?.accepts(`${inside}/a/.claude/projects/-w/s.jsonl`)).toBe(true);
  expect(root?.accepts('Other_1/LocalCache/projects/s.jsonl')).toBe(false);
});
