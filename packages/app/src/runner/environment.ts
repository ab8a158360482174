/**
 * The environment a client is started in: ours; with another home (`--home`), that is its home too, and variables that lead
 * its logs elsewhere are taken away, so that it writes where they are read.
 */
import type { Machine } from '@tokenmeter/core/agents';

type Environment = Readonly<Record<string, string | undefined>>;

const LEAD_ELSEWHERE = [
  'CLAUDE_CONFIG_DIR',
  'CODEX_HOME',
  'COPILOT_HOME',
  'GEMINI_CLI_HOME',
  'OPENCODE_DATA_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
];

export function environmentFor(machine: Machine, ours: Environment, ourHome: string): Environment {
  if (machine.home === ourHome) return ours;
  const kept = Object.entries(ours).filter(([name]) => !LEAD_ELSEWHERE.includes(name));
  return { ...Object.fromEntries(kept), HOME: machine.home, USERPROFILE: machine.home };
}
