/**
 * A process of its own that writes a ledger, for tests of several writers and of sudden death: `FILE NAME BATCHES`. Each
 * batch has fifty calls and the cursor that says so; a line is printed after the first. Runs the sources, like the tests.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const [, family = ''] = /^@tokenmeter\/core(?:\/(.+))?$/.exec(specifier) ?? [];
    if (!specifier.startsWith('@tokenmeter/core')) return next(specifier, context);
    return next(new URL(`../../core/src/${family === '' ? '' : `${family}/`}index.ts`, import.meta.url).href, context);
  },
});

const { openSqliteLedger } = await import('../src/stores/sqlite/ledger.ts');
const { NO_USAGE } = await import('@tokenmeter/core');
const { plainBook } = await import('@tokenmeter/core/testing');

const [file = '', name = '', batches = '0'] = process.argv.slice(2);
const ledger = await openSqliteLedger({ file, book: plainBook, clock: { now: () => 0 } });
const source = { agent: 'codex', path: `/logs/${name}`, startedAt: 1_780_000_000_000, bornAt: 0 };
const done = (await ledger.cursors()).get(source.path)?.offset ?? 0;
for (let batch = done; batch < Number(batches); batch++) {
  const calls = Array.from({ length: 50 }, (_, index) => ({
    agent: 'codex',
    identity: `${name}-${batch}-${index}`,
    requestId: '',
    chain: 'main' as const,
    sessionId: `${name}-${batch % 3}`,
    rootSessionId: `${name}-${batch % 3}`,
    threadId: `${name}-${batch % 3}`,
    caller: 'lead',
    model: `model-${index % 3}`,
    seller: 'openai',
    at: source.startedAt + batch * 600_000 + index,
    usage: { ...NO_USAGE, input: index, output: 1, reasoning: 0 },
    certainty: 'exact' as const,
    cwd: `/home/dev/${name}`,
    branch: '',
    tier: '',
    geo: '',
    webSearches: 0,
    assumedLifetime: false,
    counted: true,
    source,
  }));
  const told = {
    calls,
    toolCalls: [],
    toolResults: [],
    sessions: [],
    threads: [],
    prompts: [],
    injected: [],
    compactions: [],
    pullRequests: [],
    limits: [],
    reportedTotals: [],
    cursors: [
      {
        source,
        fileId: '',
        offset: batch + 1,
        size: Number(batches),
        mtimeMs: 0,
        headHash: '',
        headBytes: 0,
        state: '{}',
        lineageId: '',
        lineageParent: '',
        lines: batch + 1,
        skippedDamaged: 0,
        skippedUnknown: 0,
      },
    ],
  };
  // Every third ends the transaction of those before it.
  await ledger.append(told, { more: batch % 3 !== 2 });
  if (batch === done) console.log('writing');
}
await ledger.finish();
await ledger.close();
