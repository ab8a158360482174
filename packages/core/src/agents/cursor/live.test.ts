import { expect, test } from 'vitest';
import { loadLiveCases } from '../../../test/load-live-cases.ts';
import { liveSuite } from '../../testing/live-suite.ts';
import { cursorSdkLive } from './live.ts';
import { cursorCliLive } from './live-cli.ts';

liveSuite({ port: cursorSdkLive, cases: loadLiveCases('cursor', 'sdk'), test, expect });
liveSuite({ port: cursorCliLive, cases: loadLiveCases('cursor', 'stream-json'), test, expect });
