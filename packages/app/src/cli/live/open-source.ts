/** Finds what a live view can look at: the server that holds the data directory, else what this process sees itself. */
import { TokenmeterError } from '@tokenmeter/core';
import type { House } from '../../house.ts';
import type { Cli } from '../verb.ts';
import { type LiveSource, localSource, serverSource } from './live-source.ts';

export async function openLiveSource(
  cli: Pick<Cli, 'findServer' | 'observe' | 'stopRun'>,
  house: House,
): Promise<LiveSource & { close(): Promise<void> }> {
  const url = await cli.findServer(house.dataDir);
  if (url !== undefined) return { ...serverSource(url, house.config.token), close: async () => {} };
  if (!house.live) throw new TokenmeterError('not-found', 'Cannot see what runs: start a server with tokenmeter serve');
  const observing = await cli.observe(house);
  return { ...localSource(house.live, (id) => cli.stopRun(house.dataDir, id)), close: () => observing.close() };
}
