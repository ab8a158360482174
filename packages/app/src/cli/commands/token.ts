/** `tokenmeter token`: the one secret, for whoever sits at this terminal to paste where a dashboard asks for it. */
import { TokenmeterError } from '@tokenmeter/core';
import { COMMON, defineVerb, EXIT } from '../verb.ts';
import { withHouse } from '../with-house.ts';

export const token = defineVerb({
  name: 'token',
  summary: 'The token that a dashboard asks for',
  args: { ...COMMON },
  run: (args, cli) =>
    withHouse(cli, { ...args, readsAtLeast: true }, async ({ house, io }) => {
      const { token: secret } = house.config;
      if (secret === undefined)
        throw new TokenmeterError(
          'not-found',
          'Cannot tell the token: none is set here. It is TOKENMETER_TOKEN where the server was started, or "token" in config.jsonc',
        );
      await io.out(`${secret}\n`);
      return EXIT.ok;
    }),
});
