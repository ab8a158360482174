/** Starts the dashboard: address bar, clock, keys, the line to the server, then the first render. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import './styles/theme.css';
import './styles/base.css';
import './styles/controls.css';
import { App } from './app.tsx';
import { OFFLINE_MS } from './components/connection-status.tsx';
import { line } from './live.ts';
import { startRouter } from './router.ts';
import { HOME } from './routes.ts';
import { startShortcuts } from './shortcuts.ts';
import { startClock } from './stores/clock.ts';
import { loadHouse, settings } from './stores/house.ts';
import { announceLine, startLine } from './stores/line.ts';

startRouter(HOME);
startClock();
startShortcuts();
void loadHouse();
startLine();
announceLine(OFFLINE_MS);

// Settings wins over what this browser remembered; remembering spares the next start a flash of the other scheme.
effect(() => {
  const display = settings.state.value.data?.display;
  if (!display) return;
  const root = document.documentElement;
  if (display.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = display.theme;
  root.dataset.motion = display.motion;
  root.dataset.density = display.density;
  try {
    localStorage.setItem('tokenmeter.theme', display.theme);
  } catch {
    // Without storage the first paint follows the system.
  }
});

// A server that comes back may be a newer one with other settings.
let wasLost = false;
effect(() => {
  const isLost = line.value.state === 'lost';
  if (wasLost && !isLost) void loadHouse(true);
  wasLost = isLost;
});

const root = document.getElementById('app');
if (root) render(<App />, root);
