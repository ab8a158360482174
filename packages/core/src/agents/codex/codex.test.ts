/** Recorded and hand-written rollouts through the suite every agent passes. */
import { expect, test } from 'vitest';
import { loadCases } from '../../../test/load-cases.ts';
import { agentSuite } from '../../testing/agent-suite.ts';
import { codex } from './index.ts';

agentSuite({ agent: codex, cases: loadCases('codex'), test, expect });
