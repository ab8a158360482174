/** Starts the dashboard: address bar, clock, keys, the line to the server, then the first render. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import './styles/theme.css';
import './styles/base.css';
import './styles/controls.css';
import { App } from './app.tsx';
import { OFFLINE_MS } from './components/connection-status.tsx';
import { startRouter } from './router.ts';
import { startShortcuts } from './shortcuts.ts';
import { startClock } from './stores/clock.ts';
import { loadHouse, settings } from './stores/house.ts';
import { announceLine, line, startLine } from './stores/line.ts';
import { homePath, startLiveNow } from './stores/live-now.ts';

void loadHouse();
startClock();
startShortcuts();
startLine();
startLiveNow();
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
const begin = (home: string) => {
  startRouter(home);
  if (root) render(<App />, root);
};
// The bare address leads to what runs now; that has to be asked first.
if (location.pathname === '/') void homePath().then(begin);
else begin('/usage');
