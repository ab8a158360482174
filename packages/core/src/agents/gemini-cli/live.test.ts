import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import { liveSuite } from '../../testing/live-suite.ts';
import { geminiCliLive } from './live.ts';

const cases = loadLiveCases('gemini-cli', 'stream-json');
liveSuite({ port: geminiCliLive, cases, ownWords: ['message'], test, expect });
