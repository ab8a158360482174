/** Where usage was sought, agent by agent, so that one sees whether it was sought in the right place. */
import { sources } from '../stores/house.ts';
import './looked-for.css';

export function LookedFor() {
  const found = sources.state.value.data?.sources ?? [];
  if (found.length === 0) return null;
  return (
    <dl class="looked-for">
      {found.map(({ agent, agent_name: name, roots }) => (
        <div key={agent}>
          <dt>{name}</dt>
          <dd>
            {roots.length === 0 && <span class="ink-3">no place known</span>}
            {roots.map((root) => (
              <span key={root.path} title={root.because}>
                <span class="mono">{root.path}</span>{' '}
                <span class="ink-3">{root.error ?? (root.exists ? 'found, no usage in it' : 'not found')}</span>
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
