/** The page that the address names, inside the shell. Pages are loaded when they are first opened. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiFailure } from './api.ts';
import { AppShell } from './components/app-shell.tsx';
import { PageHeader } from './components/page-header.tsx';
import { CommandPalette } from './components/palette/command-palette.tsx';
import { ShortcutSheet } from './components/shortcut-sheet.tsx';
import { EmptyState, ErrorCard } from './components/states.tsx';
import { Toasts } from './components/toasts.tsx';
import { path } from './router.ts';
import { type Page, pageAt } from './routes.ts';
import { announced } from './stores/announce.ts';

export function App() {
  const page = pageAt(path.value);
  return (
    <>
      <AppShell>{page ? <LoadedPage key={page.path} page={page} /> : <NoPage />}</AppShell>
      <ShortcutSheet />
      <CommandPalette />
      <Toasts />
      <div class="sr" role="status">
        {announced.value}
      </div>
    </>
  );
}

function LoadedPage({ page }: { readonly page: Page }) {
  const View = useSignal<ComponentType | undefined>(undefined);
  const failed = useSignal(false);
  const load = () => {
    failed.value = false;
    page.load().then(
      (module) => {
        View.value = module.default;
      },
      () => {
        failed.value = true;
      },
    );
  };
  // The page of a component never changes: its path is the key.
  useEffect(load, []);
  if (View.value) return <View.value />;
  if (!failed.value) return null;
  return (
    <>
      <PageHeader title={page.name} dataAt={undefined} />
      <ErrorCard failure={new ApiFailure('network', 'The page itself can’t be reached.', {})} onRetry={load} />
    </>
  );
}

function NoPage() {
  return (
    <>
      <PageHeader title="Not found" dataAt={undefined} />
      <section class="card">
        <EmptyState
          title="There’s no page here."
          action={
            <a class="link" href="/live">
              Go to Live
            </a>
          }
        />
      </section>
    </>
  );
}
