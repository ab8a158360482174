/**
 * Programs of agents as a person writes them in the config file: a path or a name, or a list of it and the words that
 * always follow it. It refuses to split a text at its spaces: a path may hold some.
 */

/** `{"claude-code": ["claude", "--permission-mode", "acceptEdits"], "codex": "/opt/codex"}`, or that as text in the environment. */
export function readAgentCommands(value: unknown): Readonly<Record<string, readonly string[]>> | undefined {
  const given = typeof value === 'string' ? parsed(value) : value;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const commands = new Map<string, readonly string[]>();
  for (const [agent, command] of Object.entries(given)) {
    const words: unknown[] = Array.isArray(command) ? command : [command];
    if (!words.every((word) => typeof word === 'string') || !words[0] || words.length > 100) return undefined;
    commands.set(agent, words);
  }
  return Object.fromEntries(commands);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
