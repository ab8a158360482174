/** Cards of the Token cost page, with the figures that its tests have. */
import type { WireCostBy } from '@tokenmeter/core';
import type { ComponentChild } from 'preact';
import { ModelCard } from '../../src/views/cost/model-card.tsx';
import { OutcomeCard } from '../../src/views/cost/outcome-card.tsx';
import { RepoCard } from '../../src/views/cost/repo-card.tsx';
import { TasksCard } from '../../src/views/cost/tasks-card.tsx';
import { WorkplanCard } from '../../src/views/cost/workplan-card.tsx';
import { answerCost, type WorkTable } from '../cost-fixture.ts';
import type { Specimen } from './specimen.ts';
import '../../src/views/cost/cost.css';
import '../../src/charts/charts.css';

const NOVEMBER = { since: '2026-10-31T23:00:00.000Z', until: '2026-11-30T23:00:00.000Z' };
const answer = (by: WireCostBy, work?: WorkTable) => answerCost(new URLSearchParams({ by, ...NOVEMBER }), work);

/** Their page gives them room for their meters. */
const onPage = (card: ComponentChild) => <div class="cost-cards">{card}</div>;

export const CARDS: readonly Specimen[] = [
  {
    name: 'RankedBars',
    isWide: true,
    states: {
      'repos by cost': () => onPage(<RepoCard answer={answer('repo')} measure="cost" />),
      'models by tokens': () => onPage(<ModelCard answer={answer('model')} measure="tokens" />),
    },
  },
  {
    name: 'WorkplanCard',
    isWide: true,
    states: {
      some: () => onPage(<WorkplanCard answer={answer('workplan')} measure="cost" />),
      none: () => onPage(<WorkplanCard answer={answer('workplan', {})} measure="cost" />),
    },
  },
  {
    name: 'OutcomeBar',
    isWide: true,
    states: {
      some: () => onPage(<OutcomeCard answer={answer('outcome')} releases={answer('release')} measure="cost" />),
      none: () => onPage(<OutcomeCard answer={answer('outcome', {})} releases={undefined} measure="cost" />),
    },
  },
  {
    name: 'TasksCard',
    isWide: true,
    states: {
      some: () => onPage(<TasksCard answer={answer('task')} measure="cost" />),
      none: () => onPage(<TasksCard answer={answer('task', {})} measure="cost" />),
    },
  },
];
