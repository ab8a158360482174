/** Finds what a live view can look at: the server that holds the data directory. */
import { TokenmeterError } from '@tokenmeter/core';
import type { House } from '../../house.ts';
import type { Cli } from '../verb.ts';
import { type LiveSource, serverSource } from './live-source.ts';

export async function openLiveSource(cli: Pick<Cli, 'findServer'>, house: House): Promise<LiveSource> {
  const url = await cli.findServer(house.dataDir);
  if (url === undefined)
    throw new TokenmeterError(
      'not-found',
      'Cannot see what runs: no server is running, start one with tokenmeter serve',
    );
  return serverSource(url, house.config.token);
}
