/** `tokenmeter skill print`: tells agents how to report what they used, short enough to be worth its own tokens. */
import { COMMON, defineVerb, EXIT } from '../verb.ts';

const SKILL = `---
name: tokenmeter
description: Report the tokens a task took, and keep its status, with tokenmeter. Use when you begin, block or finish a task that has an id.
---

# Reporting tokens

Tokenmeter measures most agents from their own logs. Report only so that spend finds its task; what it measured itself
counts once, whatever you report.

1. Begin: \`update_task_status\` with \`task_id\` and \`status: in_progress\`.
2. Finish: \`update_task_status\` with \`status: done\` and, in the same call, \`tokens_in\` and \`tokens_out\`. One call is
   enough, and a retry makes no second event.
3. In between, for work that is no change of status: \`record_token_event\` with an \`idempotency_key\` of your own.

Without MCP: \`tokenmeter task status TASK done --tokens-in N --tokens-out N --certainty WORD\`.

- Add \`session_id\` or \`run_id\` and \`model\` if you know them.
- \`tokens_in\` is all input: fresh, cache read and cache written together.
- You know the counts from your provider's usage: \`certainty: reported\`.
- You do not: leave them out, or estimate (characters / 4; each turn sends the whole conversation again) and say
  \`certainty: estimated\`. Never pass off an estimate as a count, and never send 0 for unknown.
- Ids are those you were given. Do not make tasks up.
`;

export const print = defineVerb({
  name: 'skill print',
  summary: 'Print the skill, to save where your agent looks for skills',
  args: { ...COMMON },
  examples: ['tokenmeter skill print > .claude/skills/tokenmeter/SKILL.md'],
  run: async (_, { io }) => {
    await io.out(SKILL);
    return EXIT.ok;
  },
});
