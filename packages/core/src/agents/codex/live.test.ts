import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import { liveSuite } from '../../testing/live-suite.ts';
import { codexAppServerLive } from './live-app-server.ts';
import { codexExecLive } from './live-exec.ts';

const ownWords = ['message'];
liveSuite({ port: codexAppServerLive, cases: loadLiveCases('codex', 'app-server'), ownWords, test, expect });
liveSuite({ port: codexExecLive, cases: loadLiveCases('codex', 'exec-json'), ownWords, test, expect });
