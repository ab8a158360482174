import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import { liveSuite } from '../../testing/live-suite.ts';
import { copilotCliLive, copilotSessionStateLive } from './live.ts';

const ownWords = ['message', 'errorMessage'];
liveSuite({ port: copilotCliLive, cases: loadLiveCases('copilot-cli', 'stream-json'), ownWords, test, expect });
liveSuite({
  port: copilotSessionStateLive,
  cases: loadLiveCases('copilot-cli', 'session-state'),
  ownWords,
  test,
  expect,
});
