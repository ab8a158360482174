import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import { liveSuite } from '../../testing/live-suite.ts';
import { openCodeLive } from './live.ts';

const cases = loadLiveCases('opencode', 'event-bus');
liveSuite({ port: openCodeLive, cases, ownWords: ['message'], test, expect });
