/**
 * One model has many spellings: dated snapshots, `-latest`, a gateway's path in front, Bedrock's and Vertex's decorations,
 * `[1m]`. Here a name loses its decorations, one after another. It refuses to guess: what is left is still looked up.
 */

const WINDOW_SUFFIX = /\[\d+[km]\]$/;
/** Bedrock: `us.anthropic.claude-opus-4-5-20251101-v1:0`. */
const BEDROCK = /^(?:(?:us|eu|jp|au|ca|in|apac|global|us-gov)\.)?(?:anthropic|openai|amazon)\.(?=.)/;
const BEDROCK_VERSION = /-v\d+(?::\d+)?$/;
const COMPACT_DATE = /-(20\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])$/;
const DASHED_DATE = /-(20\d\d)-(0[1-9]|1[0-2])-([0-2]\d|3[01])$/;

export function isBedrockName(name: string): boolean {
  return BEDROCK.test(name);
}

/** Vertex pins a snapshot with an at sign: `claude-sonnet-4-5@20250929`. */
export function isVertexName(name: string): boolean {
  return name.includes('@') && !name.startsWith('@');
}

/** The window that a `[1m]` asks for, in tokens; undefined without one. */
export function askedWindow(name: string): number | undefined {
  const match = /\[(\d+)([km])\]$/.exec(name);
  return match ? Number(match[1]) * (match[2] === 'm' ? 1_000_000 : 1000) : undefined;
}

/**
 * Other spellings under which a catalogue may know a lower-case name, nearest first, the name itself not among them.
 * `spellings('claude-opus-4-5-20251101')` holds `claude-opus-4-5`.
 */
export function spellings(name: string): readonly string[] {
  const found = new Set<string>();
  let rest = name.replace(WINDOW_SUFFIX, '');
  found.add(rest);
  for (let slash = rest.indexOf('/'); slash >= 0; slash = rest.indexOf('/')) {
    rest = rest.slice(slash + 1);
    found.add(rest);
  }
  if (BEDROCK.test(rest)) {
    rest = rest.replace(BEDROCK, '');
    found.add(rest);
    rest = rest.replace(BEDROCK_VERSION, '');
    found.add(rest);
  }
  const at = rest.indexOf('@');
  if (at > 0) {
    found.add(`${rest.slice(0, at)}-${rest.slice(at + 1)}`);
    rest = rest.slice(0, at);
    found.add(rest);
  }
  found.add(rest.replace(COMPACT_DATE, '-$1-$2-$3'));
  found.add(rest.replace(DASHED_DATE, '-$1$2$3'));
  rest = rest.replace(COMPACT_DATE, '').replace(DASHED_DATE, '');
  found.add(rest);
  rest = rest.replace(/-latest$/, '');
  found.add(rest);
  // `claude-opus-4.5` at one seller is `claude-opus-4-5` at another.
  found.add(rest.replace(/(\d)\.(?=\d)/g, '$1-'));
  found.add(rest.replace(/(\d)-(?=\d(?!\d))/g, '$1.'));
  found.delete(name);
  found.delete('');
  return [...found];
}

/** The name without any decoration and with dashes for dots: two names with the same bare form are one model. */
export function bareName(name: string): string {
  let rest = name.replace(WINDOW_SUFFIX, '');
  rest = rest.slice(rest.lastIndexOf('/') + 1);
  if (BEDROCK.test(rest)) rest = rest.replace(BEDROCK, '').replace(BEDROCK_VERSION, '');
  const at = rest.indexOf('@');
  if (at > 0) rest = rest.slice(0, at);
  return rest
    .replace(COMPACT_DATE, '')
    .replace(DASHED_DATE, '')
    .replace(/-latest$/, '')
    .replace(/(\d)\.(?=\d)/g, '$1-');
}

/** Agents append how hard a model thinks; it costs tokens, not another price: `gpt-5.1-codex-max-high`. */
export function withoutEffort(name: string): string {
  return name.replace(/-(?:none|minimal|low|medium|high|xhigh|thinking)$/, '');
}

/** The leading word, which names the family: `claude`, `gpt`, `gemini`. */
export function familyOf(name: string): string {
  return /^[a-z]+/.exec(bareName(name))?.[0] ?? '';
}
