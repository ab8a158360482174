/** What stands around every page: sidebar or rail, bottom bar on phones, the foot with what the figures rest on. */
import { formatDate } from '@tokenmeter/core/format';
import type { ComponentChildren } from 'preact';
import { path, rememberedHref, search } from '../router.ts';
import { hrefIfServed, PAGES, pageAt } from '../routes.ts';
import { useShortcut } from '../shortcuts.ts';
import { dateFormat, health, settings, sources, zone } from '../stores/house.ts';
import { activeRuns, isDemo } from '../stores/live-now.ts';
import './app-shell.css';
import { navigate } from '../router.ts';
import { line, pauseLive, resumeLive } from '../stores/line.ts';
import { ConnectionStatus } from './connection-status.tsx';
import { Icon } from './icon.tsx';

export function AppShell({ children }: { readonly children: ComponentChildren }) {
  useShortcut({
    keys: ['p'],
    label: 'Pause or resume updates',
    group: 'Everywhere',
    run: () => {
      if (line.peek().state === 'paused') resumeLive();
      else pauseLive();
      return true;
    },
  });
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <aside class="sidebar" aria-label="Sidebar">
        <a class="brand" href={rememberedHref(PAGES[0]?.path ?? '/')} aria-label="tokenmeter">
          <Mark />
          <span>tokenmeter</span>
        </a>
        <Navigation label="Main" class="nav" />
        <Foot />
      </aside>
      <main class="main" id="main" tabIndex={-1}>
        <DemoBar />
        {children}
        <footer class="phone-foot phone-only">
          <ConnectionStatus />
          <Foot />
        </footer>
      </main>
      <Navigation label="Main, compact" class="tabbar" />
      {PAGES.map((page) => (
        <PageShortcut key={page.path} name={page.name} letter={page.key} href={page.path} />
      ))}
    </div>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 18 18" aria-hidden="true">
      <rect class="mark-track" width="18" height="4" rx="2" />
      <rect class="mark-ink" width="13" height="4" rx="2" />
      <rect class="mark-output" y="7" width="18" height="4" rx="2" />
      <rect class="mark-track" y="14" width="18" height="4" rx="2" />
      <rect class="mark-input" y="14" width="8" height="4" rx="2" />
    </svg>
  );
}

function Navigation(properties: { readonly label: string; readonly class: string }) {
  // Read so that remembered addresses follow the address bar.
  void search.value;
  const here = pageAt(path.value);
  const unpriced = health.state.value.data?.unpriced_models ?? 0;
  return (
    <nav class={properties.class} aria-label={properties.label}>
      {PAGES.map((page) => (
        <a
          key={page.path}
          href={page === here ? page.path : rememberedHref(page.path)}
          aria-current={page === here ? 'page' : undefined}
          title={page.name}
        >
          <Icon name={page.icon} />
          <span class="label">{properties.class === 'tabbar' ? (page.shortName ?? page.name) : page.name}</span>
          {page.path === '/live' && <ActiveCount />}
          {page.path === '/settings' && unpriced > 0 && (
            <span class="nav-dot" title={unpricedWords(unpriced)}>
              <span class="sr">, {unpricedWords(unpriced)}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  );
}

/** How many runs are in progress; nothing where none is. */
function ActiveCount() {
  const count = activeRuns.value ?? 0;
  if (count === 0) return null;
  return (
    <span class="nav-count">
      {count}
      <span class="sr"> {count === 1 ? 'run' : 'runs'} in progress</span>
    </span>
  );
}

/** On every page while recordings are played: nobody may take them for their own. */
function DemoBar() {
  if (!isDemo.value) return null;
  return (
    <p class="banner demo" role="note">
      <b class="strong">Demo.</b> Recorded sessions are played from a temporary ledger. Nothing here was spent by you.
    </p>
  );
}

function Foot() {
  const found = sources.state.value.data?.sources;
  const known = found?.filter(({ state }) => state !== 'not_found');
  const reading = known?.filter(({ state }) => state === 'reading').length ?? 0;
  const pricesFrom = health.state.value.data?.prices_from;
  const currency = settings.state.value.data?.display.currency;
  const sick = known !== undefined && (reading < known.length || known.length === 0);
  return (
    <div class="foot">
      {known && (
        <FootLine href="/settings/sources">
          <span class={sick ? 'dot foot-sick' : 'dot foot-well'} />
          {known.length === 0 ? 'No sources found' : `${reading} of ${known.length} sources reading`}
        </FootLine>
      )}
      {pricesFrom && (
        <FootLine href="/settings/prices">
          <span class="dot-room" />
          Prices from {formatDate(Date.parse(pricesFrom), { ...dateFormat.peek(), tz: 'UTC' })}
        </FootLine>
      )}
      {currency && (
        <FootLine href="/settings/display">
          <span class="dot-room" />
          {zone.value} · {currency}
        </FootLine>
      )}
    </div>
  );
}

function FootLine({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  const served = hrefIfServed(href);
  return served ? (
    <a class="foot-line" href={served}>
      {children}
    </a>
  ) : (
    <span class="foot-line">{children}</span>
  );
}

function PageShortcut({
  name,
  letter,
  href,
}: {
  readonly name: string;
  readonly letter: string;
  readonly href: string;
}) {
  useShortcut({
    keys: [`g ${letter}`],
    label: name,
    group: 'Pages',
    run: () => {
      if (pageAt(path.peek())?.path !== href) navigate(rememberedHref(href));
      return true;
    },
  });
  return null;
}

function unpricedWords(models: number): string {
  return models === 1 ? '1 model has no price' : `${models} models have no price`;
}
