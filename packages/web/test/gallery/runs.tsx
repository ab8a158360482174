/** Runs as the Live page shows them: whole rows, the mark, what it does now, the button that stops it. */
import type { WireLiveRun } from '@tokenmeter/core';
import { asked } from '../../src/stores/interrupts.ts';
import { board } from '../../src/stores/runs.ts';
import { AgentTree } from '../../src/views/live/agent-tree.tsx';
import { EMPTY_BOARD, takeSnapshot } from '../../src/views/live/board.ts';
import { InterruptButton } from '../../src/views/live/interrupt-button.tsx';
import type { Asked } from '../../src/views/live/interrupt-face.ts';
import { LiveStrip } from '../../src/views/live/live-strip.tsx';
import { RunCard } from '../../src/views/live/run-card.tsx';
import { runCost } from '../../src/views/live/run-cost.ts';
import { activity, ago, makeRun, makeStrip } from '../../src/views/live/run-fixture.ts';
import { Mark } from '../../src/views/live/run-mark.tsx';
import { MARK_NAMES, type RunMark } from '../../src/views/live/run-words.ts';
import { liveNow, WAL } from '../live-fixture.ts';
import type { Specimen } from './specimen.ts';
import '../../src/views/live/live.css';

const stopping = (id: string) => makeRun({ run_id: `stop-${id}`, title: `A run, ${id}` });
const ENDED: readonly WireLiveRun[] = [
  makeRun({ run_id: 'end-done', title: 'Finished', status: 'success', ended_at: ago(20) }),
  makeRun({ run_id: 'end-failed', title: 'Failed', status: 'error', ended_at: ago(20) }),
  makeRun({ run_id: 'end-quiet', title: 'Quiet', activity: activity('model', 300), last_event_at: ago(300) }),
  makeRun({ run_id: 'end-new', title: 'Starting', usage: null, model: null, branch: null }),
];

/** What the components read instead of being given it. */
export function setRuns(): void {
  const now = liveNow();
  board.value = takeSnapshot(EMPTY_BOARD, { ...now, runs: [...now.runs, ...ENDED] });
  const steps: Readonly<Record<string, Asked>> = {
    'stop-confirm': { step: 'confirm', at: performance.now() },
    'stop-sent': { step: 'sent', at: performance.now() },
    'stop-stuck': { step: 'sent', at: Number.NEGATIVE_INFINITY },
    'stop-forced': { step: 'forced', at: performance.now() },
  };
  asked.value = new Map(Object.entries(steps));
}

export const RUNS: readonly Specimen[] = [
  {
    name: 'RunCard',
    isWide: true,
    states: Object.fromEntries(
      [...liveNow().runs, ...ENDED].map((run) => [run.title ?? run.run_id, () => <RunCard id={run.run_id} />]),
    ),
  },
  {
    name: 'RunMark',
    states: Object.fromEntries(
      Object.entries(MARK_NAMES).map(([mark, name]) => [name, () => <Mark mark={mark as RunMark} />]), // -- keys of RunMark
    ),
  },
  {
    name: 'InterruptButton',
    states: Object.fromEntries(
      ['idle', 'confirm', 'sent', 'stuck', 'forced'].map((face) => [
        face,
        () => <InterruptButton run={stopping(face)} />,
      ]),
    ),
  },
  {
    name: 'AgentTree',
    isWide: true,
    states: { 'four sub-agents': () => <AgentTree run={WAL} cost={runCost(WAL, {})} /> },
  },
  {
    name: 'LiveStrip',
    isWide: true,
    states: {
      'with a cap': () => <LiveStrip strip={makeStrip()} />,
      'rate unknown': () => <LiveStrip strip={makeStrip({ rate_usd_per_hour: null, minutes_usd: [] })} />,
      'no cap': () => <LiveStrip strip={makeStrip({ monthly_cap_usd: null })} />,
    },
  },
];
