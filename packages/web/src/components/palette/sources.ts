/** Where the palette's entries come from: the table of pages, the keys that work now, and the server for what it knows. */
import type { WireQueryResult, WireSessionPage } from '@tokenmeter/core';
import { formatAge, projectName } from '@tokenmeter/core/format';
import { useEffect, useState } from 'preact/hooks';
import { ask } from '../../api.ts';
import { navigate, rememberedHref } from '../../router.ts';
import { PAGES } from '../../routes.ts';
import { shortcuts } from '../../shortcuts.ts';
import { dateFormat } from '../../stores/house.ts';
import { changeView } from '../../url-state.ts';
import type { Command } from './commands.ts';

const REST_MS = 150;
const SETTINGS_TABS = ['Sources', 'Prices', 'Display', 'Data'];

/** Pages, and every listed key of the page that is open, as things to choose. */
export function fixedCommands(): readonly Command[] {
  const go = (href: string) => () => navigate(href);
  const pages = PAGES.map(
    ({ name, path, key }): Command => ({
      id: `page:${path}`,
      group: 'Pages',
      name,
      hint: `g ${key}`,
      run: go(rememberedHref(path)),
    }),
  );
  const tabs = SETTINGS_TABS.map(
    (name): Command => ({
      id: `page:settings-${name}`,
      group: 'Pages',
      name: `Settings, ${name.toLowerCase()}`,
      run: go(`/settings/${name.toLowerCase()}`),
    }),
  );
  const actions = shortcuts
    .peek()
    .filter(({ label, group, keys }) => label !== undefined && group !== 'Pages' && keys[0] !== 'Ctrl+k')
    .map(
      ({ label = '', keys, run }): Command => ({
        id: `action:${keys[0]}`,
        group: 'Actions',
        name: label,
        hint: keys[0],
        run: () => void run(new KeyboardEvent('keydown', { key: keys[0] ?? '' })),
      }),
    );
  return [...pages, ...tabs, ...actions];
}

/** Sessions that match what was typed and repositories with spend. Empty while the server does not answer. */
export function useFoundCommands(typed: string): readonly Command[] {
  const [sessions, setSessions] = useState<readonly Command[]>([]);
  const [repos, setRepos] = useState<readonly Command[]>([]);
  const text = typed.trim();
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(
      () => {
        const parameters = new URLSearchParams({ sort: 'ended', limit: '6', ...(text === '' ? {} : { q: text }) });
        ask<WireSessionPage>(`/api/sessions?${parameters}`, { signal: stop.signal })
          .then((page) => setSessions(page.sessions.map((session) => sessionCommand(session, text))))
          .catch(() => undefined);
      },
      text === '' ? 0 : REST_MS,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);
  useEffect(() => {
    const stop = new AbortController();
    ask<WireQueryResult>('/api/query?by=project', { signal: stop.signal })
      .then((result) => setRepos(repoCommands(result)))
      .catch(() => undefined);
    return () => stop.abort();
  }, []);
  return [...sessions, ...repos];
}

function sessionCommand(session: WireSessionPage['sessions'][number], text: string): Command {
  const age = formatAge(Date.parse(session.ended_at), { ...dateFormat.peek(), now: Date.now() });
  return {
    id: `session:${session.agent}:${session.session_id}`,
    group: 'Sessions',
    name: session.title ?? `${session.project_name}, ${session.agent_name}`,
    hint: `${session.project_name}, ${age}`,
    // The server matched it, perhaps by what is not shown here.
    also: `${text} ${session.session_id} ${session.branch ?? ''}`,
    run: () => navigate(`/sessions/${encodeURIComponent(session.session_id)}`),
  };
}

function repoCommands({ rows }: WireQueryResult): readonly Command[] {
  return [...rows]
    .sort((a, b) => Number(b.cost_usd ?? 0) - Number(a.cost_usd ?? 0))
    .map(({ key }) => key.project ?? '')
    .filter((project) => project !== '')
    .map((project) => ({
      id: `repo:${project}`,
      group: 'Repos',
      name: projectName(project),
      hint: project,
      also: project,
      run: () => navigate(`/usage${changeView('', { only: { repo: [project] } })}`),
    }));
}
