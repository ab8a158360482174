/** OpenCode, Gemini CLI and Copilot CLI, the real ones, asked for real work by a scripted model. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Client } from './programs.ts';
import type { ScriptedTool } from './script.ts';
import { clientCommand, countsOf, openWorld, processesIn, truthOf, type World } from './world.ts';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const bash: ScriptedTool = { id: 'toolu_1', name: 'bash', input: { command: 'echo one', description: 'one' } };
const shell: ScriptedTool = { ...bash, name: 'run_shell_command' };

describe.each<[Client, ScriptedTool, string]>([
  ['opencode', bash, 'calls of its own, such as titles, are told by nobody'],
  ['gemini-cli', shell, 'its calls about itself are in its total'],
  ['copilot-cli', bash, 'every call is in the file of its session'],
])('%s', (client, tool) => {
  const command = clientCommand(client);

  test.skipIf(command.length === 0)('a run is followed to its end, to the token', async () => {
    world = await openWorld(client, command, [
      {
        name: 'main',
        asks: 'MAIN-TASK',
        turns: [
          {
            text: 'I will look around first, and then say what there is.',
            pieces: 4,
            pauseMs: 50,
            tools: [tool],
            usage: { input: 1203, output: 187 },
          },
          { text: 'Done.', usage: { input: 109, cacheRead: 1203, output: 31 } },
        ],
      },
    ]);
    const going = world.start('run', '--agent', client, '--json', '--', 'MAIN-TASK');
    expect(await going.ended, going.errors() + going.text().slice(-500)).toBe(0);
    const last = going.frames.at(-1);
    expect(last).toMatchObject({ type: 'usage_settled', run: { status: 'success', agent: client } });
    const own = { served: world.model.served.filter(({ lane }) => client === 'gemini-cli' || lane === 'main') };
    expect(countsOf(last?.run.usage)).toEqual(truthOf(own));
    expect(processesIn(world.folder)).toEqual([]);
  });

  test.skipIf(command.length === 0)('an interrupt ends it, and leaves no process', async () => {
    const turns = [{ text: 'word '.repeat(60), pieces: 60, pauseMs: 300, usage: { input: 300, output: 400 } }];
    world = await openWorld(client, command, [{ name: 'slow', asks: 'SLOW-TASK', turns }]);
    const going = world.start('run', '--agent', client, '--json', '--', 'SLOW-TASK');
    await expect.poll(() => going.frames.at(-1)?.run.activity.state, { timeout: 40_000 }).toBe('model');
    const asked = Date.now();
    going.child.kill('SIGINT');
    expect(await going.ended, going.errors()).toBe(130);
    expect(Date.now() - asked).toBeLessThan(4_000);
    expect(going.frames.at(-1)?.run).toMatchObject({ status: 'interrupted', stop_reason: 'user' });
    expect(processesIn(world.folder)).toEqual([]);
  });
});
