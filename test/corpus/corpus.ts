/**
 * A small home of Claude Code and Codex logs with the truth about it: the same on every machine for the same seed. It is
 * made at test time and kept nowhere.
 */
import { ClaudeCorpus } from './claude.ts';
import { CodexCorpus } from './codex.ts';
import { throwDice } from './dice.ts';
import type { LogFile } from './log-file.ts';
import { Truth } from './truth.ts';

export interface Corpus {
  readonly files: readonly LogFile[];
  readonly truth: Truth;
  /** More turns and another session, as if the agents had gone on. The truth grows with the logs. */
  grow(): void;
  /** Writes what is new since the last time below `home`. */
  writeTo(home: string): void;
}

const PROJECTS = [
  '/home/dev/code/storefront',
  '/home/dev/code/mobile app',
  '/home/dev/code/данные-日本',
  '/srv/ml/train',
] as const;
const LAST_DAY = Date.UTC(2026, 5, 30);
const DAYS = 30;
const HOUR = 3_600_000;

export function generateCorpus(seed: string, size: { readonly claude: number; readonly codex: number }): Corpus {
  const dice = throwDice(seed);
  const truth = new Truth();
  const claude = new ClaudeCorpus(dice, truth);
  const codex = new CodexCorpus(dice, truth);
  const start = (share: number) =>
    LAST_DAY - Math.floor((1 - share) * DAYS) * 24 * HOUR + dice.int(0, 20 * 3600) * 1000;
  for (let index = 0; index < size.claude; index++) {
    const share = index / size.claude;
    const era = share < 0.2 ? 'old' : share < 0.5 ? 'middle' : 'new';
    claude.addSession(dice.pick(PROJECTS), start(share), era);
  }
  for (let index = 0; index < size.codex; index++) codex.addSession(dice.pick(PROJECTS), start(index / size.codex));
  return {
    get files() {
      return [...claude.files, ...codex.files];
    },
    truth,
    grow: () => {
      claude.grow();
      codex.grow();
      claude.addSession(dice.pick(PROJECTS), start(1), 'new');
      codex.addSession(dice.pick(PROJECTS), start(1));
    },
    writeTo: (home) => {
      for (const file of [...claude.files, ...codex.files]) file.writeTo(home);
    },
  };
}
