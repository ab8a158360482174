/**
 * Every component in every state, at `/__ui` of the development server: to look at while one is changed, and for the test
 * that looks at all of them. A server is asked only for what a row of a run asks for itself; nothing of it is shipped.
 */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { CARDS } from './cards.tsx';
import { CHARTS } from './charts.tsx';
import { FIGURES } from './figures.tsx';
import { PIECES } from './pieces.tsx';
import { RUNS, setRuns } from './runs.tsx';
import type { Specimen } from './specimen.ts';
import '../../src/styles/theme.css';
import '../../src/styles/base.css';
import '../../src/styles/controls.css';
import '../../src/styles/table.css';
import './gallery.css';

const SPECIMENS = [...FIGURES, ...CHARTS, ...RUNS, ...CARDS, ...PIECES];
const THEMES = ['system', 'light', 'dark'] as const;

const root = document.getElementById('app');
setRuns();
if (root) render(<Gallery />, root);

function Gallery() {
  const [theme, setTheme] = useState<(typeof THEMES)[number]>('system');
  const choose = (name: (typeof THEMES)[number]) => {
    if (name === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    setTheme(name);
  };
  return (
    <main class="gallery">
      <header class="page-header">
        <h1>Components</h1>
        <span class="segmented">
          {THEMES.map((name) => (
            <button key={name} type="button" aria-pressed={name === theme} onClick={() => choose(name)}>
              {name}
            </button>
          ))}
        </span>
      </header>
      {SPECIMENS.map((specimen) => (
        <Shown key={specimen.name} specimen={specimen} />
      ))}
    </main>
  );
}

function Shown({ specimen: { name, isWide, states } }: { readonly specimen: Specimen }) {
  return (
    <section class="gallery-specimen">
      <h2>{name}</h2>
      <div class={isWide ? 'gallery-states is-wide' : 'gallery-states'}>
        {Object.entries(states).map(([state, draw]) => (
          <figure key={state} data-specimen={`${name}: ${state}`}>
            <figcaption>{state}</figcaption>
            <div class="gallery-stage">{draw()}</div>
          </figure>
        ))}
      </div>
    </section>
  );
}
