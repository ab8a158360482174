import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import { liveSuite } from '../../testing/live-suite.ts';
import { claudeCodeLive } from './live.ts';

const cases = loadLiveCases('claude-code', 'stream-json');
liveSuite({ port: claudeCodeLive, cases, ownWords: ['errors'], test, expect });
