/** GET /api/attribution: which tool, sub-agent, file or fixed cost consumed the tokens of a run, a session or a period. */
import { createRoute, z } from '@hono/zod-openapi';
import { TokenmeterError } from '@tokenmeter/core';
import { askAttribution } from '../../ask-attribution.ts';
import { isLoopback } from '../../loopback.ts';
import { type Api, answers, BAD_REQUEST, NOT_FOUND, type ServerState } from '../api.ts';
import { badRequest, Fault } from '../fault.ts';

import { filterShape, periodShape, readFilters } from '../params.ts';
import { readPeriod } from '../period.ts';
import { attributionSchema } from '../wire/attribution.ts';

const SCOPES = ['run', 'session', 'project', 'period'] as const;
const GROUPS = ['kind', 'tool', 'file', 'mcp_server', 'agent', 'thread'] as const;

const choice = <const T extends readonly [string, ...string[]]>(words: T, description: string) =>
  z
    .enum(words, { error: `allowed are ${words.join(', ')}` })
    .optional()
    .openapi({ description });

const route = createRoute({
  method: 'get',
  path: '/api/attribution',
  tags: ['Usage'],
  summary: 'What consumed the tokens: by tool, file, sub-agent and fixed cost',
  description:
    'The groups add up to `totals` in every bucket and in money. `entered` is the first time something stands in a prompt, `carried` every later time. Names of files and commands are there only where `item_names` is on and the server listens on loopback.',
  request: {
    query: z.strictObject({
      scope: choice(SCOPES, 'What is asked about; `period` if absent'),
      id: z.string().max(2000).optional().openapi({ description: 'Of the run or session; the directory of a project' }),
      group: choice(GROUPS, 'What a group is; `kind` if absent'),
      measure: choice(['tokens', 'cost'], 'What the groups are ordered by; `tokens` if absent'),
      method: choice(
        ['ledger', 'in_flight'],
        '`in_flight` charges each call to the tools whose results it consumed; `ledger` if absent',
      ),
      subagents: choice(
        ['nested', 'flat'],
        'Whether a sub-agent stands within the task that started it; nested for a run or a session',
      ),
      in_context: choice(['now'], 'Also what sits in the window now, of a run or a session'),
      ...periodShape,
      ...filterShape,
    }),
  },
  responses: { 200: answers(attributionSchema, 'The groups'), 400: BAD_REQUEST, 404: NOT_FOUND },
});

export function attributionRoutes(api: Api, state: ServerState): void {
  const { ledger, clock } = state.house;
  api.openapi(route, async (c) => {
    const asked = c.req.valid('query');
    const scope = asked.scope ?? 'period';
    if (scope !== 'period' && asked.id === undefined)
      throw badRequest('id', `Cannot tell which ${scope}: give its "id"`);
    if (scope === 'period' && asked.id !== undefined) throw badRequest('id', 'Cannot read "id": a period has none');
    const question = askAttribution(ledger, {
      scope,
      id: asked.id,
      runs: state.house.runs,
      ...readPeriod(asked, state.config.tz, clock.now()),
      ...readFilters(asked),
      group: asked.group ?? 'kind',
      measure: asked.measure ?? 'tokens',
      method: asked.method ?? 'ledger',
      subagents: asked.subagents,
      withContext: asked.in_context === 'now',
      namesAllowed: state.config.itemNames && isLoopback(state.host),
    });
    const { report } = await question.catch((error: unknown) => {
      if (error instanceof TokenmeterError && error.code === 'no-data')
        throw new Fault(404, 'not-found', error.message);
      throw error;
    });
    return c.json(report, 200);
  });
}
