/** Why a compressed log was not read to its end, in words. */
import type { Unread } from '../ledger.ts';

const WORDS: Readonly<Record<Unread, string>> = {
  cut: 'its compressed bytes end too early, what comes before is counted',
  damaged: 'its compressed bytes are damaged, what comes before is counted',
  unsupported: 'compressed logs cannot be read with this Node, 22.15 or newer can',
};

export function formatUnread(why: Unread): string {
  return WORDS[why];
}
