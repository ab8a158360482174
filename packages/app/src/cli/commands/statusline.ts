/** `tokenmeter statusline` where something stands before the word; the quick way in is bin/tokenmeter.mjs. */

import { runStatusline } from '../../statusline.ts';
import { COMMON, defineVerb, EXIT } from '../verb.ts';

export const statusline = defineVerb({
  name: 'statusline',
  summary: "One line for an agent's status bar, from its JSON on stdin",
  args: {
    format: {
      type: 'string',
      valueHint: 'TEMPLATE',
      description: 'Such as "{model} {ctx.pct} {run.cost}{?month.pct  {month.pct}}"',
    },
    preset: { type: 'string', valueHint: 'WORD', description: 'default, compact, money, context or full' },
    debug: { type: 'boolean', description: 'Say on stderr what went wrong' },
    ...COMMON,
  },
  choices: { preset: { words: ['default', 'compact', 'money', 'context', 'full'] } },
  examples: ['In ~/.claude/settings.json: {"statusLine": {"type": "command", "command": "tokenmeter statusline"}}'],
  run: async (args, { io, glance }) => {
    const words = Object.entries({
      format: args.format,
      preset: args.preset,
      data: args.data,
      home: args.home,
      color: args.color,
    });
    const argv = words.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
    let line = '';
    await runStatusline([...argv, ...(args.ascii ? ['--ascii'] : []), ...(args.debug ? ['--debug'] : [])], {
      env: io.env,
      platform: io.platform,
      now: Date.now(),
      glance,
      stdin: io.stdin,
      out: (text) => {
        line = text;
      },
      err: io.err,
    });
    if (line) await io.out(line);
    return EXIT.ok;
  },
});
