/** `tokenmeter service`: writes the unit, starts it where the system's own program is there, else says what to run. */
import { resolve } from 'node:path';
import { TokenmeterError } from '@tokenmeter/core';
import type { Io } from '../io.ts';
import { openScreen } from '../screen.ts';
import { type Unit, unitFor } from '../service-unit.ts';
import { tell } from '../tell.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';

export const install = defineVerb({
  name: 'service install',
  summary: 'Start the dashboard at login',
  args: { ...COMMON, port: { type: 'string', valueHint: 'N', description: 'Port of the dashboard' } },
  run: async (args, { io }) => {
    const data = args.data ?? (io.env.TOKENMETER_HOME || undefined);
    const options = Object.entries({
      '--home': args.home === undefined ? undefined : resolve(args.home),
      '--data': data === undefined ? undefined : resolve(data),
      '--port': args.port,
    });
    const unit = required(
      io,
      options.flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
      placesOf(io),
    );
    await io.writeText(unit.path, unit.text);
    await io.out(`Wrote ${unit.path}\n`);
    return attempt(io, unit.start, 'Started. It starts by itself at every login.');
  },
});

export const uninstall = defineVerb({
  name: 'service uninstall',
  summary: 'Start the dashboard no more',
  args: COMMON,
  run: async (_, { io }) => {
    const unit = required(io, []);
    if ((await io.readText(unit.path)) === undefined) {
      await io.out(`Not installed: there is no ${unit.path}\n`);
      return EXIT.ok;
    }
    const code = await attempt(io, unit.stop, 'Stopped.');
    await io.remove(unit.path);
    await io.out(`Removed ${unit.path}\n`);
    return code;
  },
});

export const status = defineVerb({
  name: 'service status',
  summary: 'Whether it is installed',
  args: COMMON,
  run: async (args, { io }) => {
    const unit = required(io, []);
    if ((await io.readText(unit.path)) === undefined) {
      const words = 'Not installed. tokenmeter service install starts the dashboard at login.';
      await tell(io, openScreen(io, args), words);
      return EXIT.ok;
    }
    const [command = '', ...rest] = unit.state;
    const result = await io.run(command, rest);
    await io.out(`Installed in ${unit.path}${result ? `, ${result.isOk ? 'running' : 'not running'}` : ''}\n`);
    return EXIT.ok;
  },
});

/** Variables that say where logs and the ledger lie: a service that does not have them would tell other numbers. */
const PLACES = ['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'] as const;

function placesOf({ env }: Io): Record<string, string> {
  return Object.fromEntries(PLACES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

function required(io: Io, args: readonly string[], env: Readonly<Record<string, string>> = {}): Unit {
  const unit = unitFor(io.platform, io.homeDir, io.program, args, env);
  if (!unit)
    throw new TokenmeterError(
      'usage',
      `Cannot install a service on ${io.platform}: start "tokenmeter serve" with your system's own autostart`,
    );
  return unit;
}

/** Runs the commands; where the program is not there (a container, say) the user gets them to run. */
async function attempt(io: Io, commands: readonly (readonly string[])[], done: string): Promise<number> {
  for (const [index, words] of commands.entries()) {
    const [command = '', ...args] = words;
    const result = await io.run(command, args);
    if (result?.isOk) continue;
    const rest = commands.slice(index).map((line) => `  ${line.join(' ')}`);
    const why = result === undefined ? `${command} is not here` : result.output.split('\n')[0];
    await io.out(`${[`Run this yourself (${why}):`, ...rest].join('\n')}\n`);
    return EXIT.ok;
  }
  await io.out(`${done}\n`);
  return EXIT.ok;
}
