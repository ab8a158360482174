import { expect, test } from 'vitest';
import { loadCases } from '../../../test/load-cases.ts';
import { agentSuite } from '../../testing/agent-suite.ts';
import { claudeCode } from './index.ts';

agentSuite({ agent: claudeCode, cases: loadCases('claude-code'), test, expect });
