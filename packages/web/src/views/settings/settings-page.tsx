/** Settings: where figures come from, what tokens cost, how things are shown, what is kept. A tab is an address. */
import { useEffect } from 'preact/hooks';
import { PageHeader } from '../../components/page-header.tsx';
import { EmptyState } from '../../components/states.tsx';
import { navigate, path } from '../../router.ts';
import { health } from '../../stores/house.ts';
import { DataTab } from './data-tab.tsx';
import { DisplayTab } from './display-tab.tsx';
import { PricesTab } from './prices-tab.tsx';
import { SourcesTab } from './sources-tab.tsx';
import '../../styles/table.css';
import '../../styles/settings.css';

const TABS = [
  { id: 'sources', name: 'Sources', View: SourcesTab },
  { id: 'prices', name: 'Prices', View: PricesTab },
  { id: 'display', name: 'Display', View: DisplayTab },
  { id: 'data', name: 'Data', View: DataTab },
] as const;

export default function SettingsPage() {
  const here = path.value;
  useEffect(() => {
    if (here === '/settings') navigate(`/settings/sources${location.search}`, { replace: true });
  }, [here]);
  const tab = TABS.find(({ id }) => here === `/settings/${id}`);
  const unpriced = health.state.value.data?.unpriced_models ?? 0;
  return (
    <div class="settings-page">
      <PageHeader title="Settings" tabTitle={tab && `${tab.name} · Settings`} dataAt={undefined}>
        <nav class="settings-tabs" aria-label="Settings">
          {TABS.map(({ id, name }) => (
            <a key={id} href={`/settings/${id}`} aria-current={tab?.id === id ? 'page' : undefined}>
              {name}
              {id === 'prices' && unpriced > 0 && (
                <span class="badge warning" title="Models without a price">
                  {unpriced}
                </span>
              )}
            </a>
          ))}
        </nav>
      </PageHeader>
      {tab ? (
        <tab.View key={tab.id} />
      ) : (
        here !== '/settings' && (
          <section class="card">
            <EmptyState
              title="There’s no page here."
              action={
                <a class="button" href="/settings/sources">
                  Go to Sources
                </a>
              }
            />
          </section>
        )
      )}
    </div>
  );
}
