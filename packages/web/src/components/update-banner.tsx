/** The server was replaced by another version while this page stayed open: its words may no longer be ours. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { health } from '../stores/house.ts';

/** Version of the server that this page began with. */
const began = signal<string | undefined>(undefined);

export function UpdateBanner() {
  const version = health.state.value.data?.version;
  useEffect(() => {
    began.value ??= version;
  }, [version]);
  if (version === undefined || began.value === undefined || began.value === version) return null;
  return (
    <div class="banner">
      <span>tokenmeter was updated to {version}. Reload for the new version.</span>
      <button type="button" class="link" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}
