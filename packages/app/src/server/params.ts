/** Parameters that several endpoints share: period, filters, sorting. Each reads strictly and says what would be right. */
import { z } from '@hono/zod-openapi';
import { FILTER_KEYS, type FilterKey, isZone, type Query } from '@tokenmeter/core';
import { agents } from '@tokenmeter/core/agents';

export const WINDOWS = ['day', 'week', 'month', 'all'] as const;
export type Window = (typeof WINDOWS)[number];

export const tz = z
  .string()
  .refine((text) => /^[A-Za-z]/.test(text) && isZone(text), {
    message: 'it must be an IANA zone such as Europe/Berlin',
  })
  .optional()
  .openapi({ description: 'IANA time zone', example: 'Europe/Berlin' });

export const periodShape = {
  since: z.string().optional().openapi({
    description: 'First instant (ISO 8601 with Z or an offset) or day (`2026-11-01`, in `tz`)',
  }),
  until: z.string().optional().openapi({
    description: 'Instant the period ends before, or its last day (inclusive)',
  }),
  tz,
  window: z
    .enum(WINDOWS, { error: `allowed are ${WINDOWS.join(', ')}` })
    .optional()
    .openapi({
      description: 'A whole day, ISO week or month instead of `since` and `until`',
    }),
  at: z.string().optional().openapi({
    description: 'Which window: `2026-11-21`, `2026-W47`, `2026-11` or an instant; the current one if absent',
  }),
};

/** Words between commas; a comma of a value is written `\,`. A repeated parameter adds to the list. */
export const list = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => (value === undefined ? undefined : splitList(value)))
  .openapi({ type: 'string', description: 'Comma list; its values are alternatives', param: { required: false } });

export const filterShape = {
  agent: list,
  model: list,
  project: list,
  session: list,
  thread: list,
  caller: list,
  branch: list,
  '-agent': list,
  '-model': list,
  '-project': list,
  '-session': list,
  '-thread': list,
  '-caller': list,
  '-branch': list,
} satisfies Record<FilterKey | `-${FilterKey}`, typeof list>;

type Filters = { readonly [K in keyof typeof filterShape]?: readonly string[] | undefined };

/** The filters of a request as the ledger takes them. */
export function readFilters(given: Filters): Pick<Query, 'only' | 'except'> {
  const only: Partial<Record<FilterKey, readonly string[]>> = {};
  const except: Partial<Record<FilterKey, readonly string[]>> = {};
  for (const key of FILTER_KEYS) {
    const wanted = given[key];
    const unwanted = given[`-${key}`];
    if (wanted) only[key] = key === 'agent' ? wanted.map(agentId) : wanted;
    if (unwanted) except[key] = key === 'agent' ? unwanted.map(agentId) : unwanted;
  }
  return { only, except };
}

/** An agent by its id or by another name it goes by. */
export function agentId(word: string): string {
  return agents.find(({ id, aliases }) => id === word || aliases.includes(word))?.id ?? word;
}

/** A schema of `key` or `key:asc`, `key:desc`, read as key and direction. Descending unless told otherwise. */
export function sortBy<const T extends readonly [string, ...string[]]>(
  keys: T,
  ascendingFirst: readonly string[] = [],
) {
  return z
    .string()
    .optional()
    .transform((text, context): { readonly key: T[number]; readonly descending: boolean } | undefined => {
      if (text === undefined) return undefined;
      const [word, direction, ...rest] = text.split(':');
      const key = keys.find((known) => known === word);
      if (
        key !== undefined &&
        rest.length === 0 &&
        (direction === undefined || direction === 'asc' || direction === 'desc')
      )
        return { key, descending: direction === undefined ? !ascendingFirst.includes(key) : direction === 'desc' };
      context.addIssue({ code: 'custom', message: `allowed are ${keys.join(', ')}, with :asc or :desc behind` });
      return z.NEVER;
    })
    .openapi({
      type: 'string',
      description: `One of ${keys.join(', ')}; \`:asc\` or \`:desc\` turns it`,
      param: { required: false },
    });
}

export function limit(most: number, usual?: number) {
  const number = z.coerce
    .number({ error: 'it must be a whole number' })
    .int({ error: 'it must be a whole number' })
    .min(1, { error: 'it must be at least 1' })
    .max(most, { error: `it must be at most ${most}` });
  return number
    .optional()
    .openapi({ type: 'integer', description: usual ? `${usual} if absent, at most ${most}` : `At most ${most}` });
}

/** The words of a list, empty ones too: `branch=,main` asks for calls on no branch and on main. */
export function splitList(value: string | readonly string[]): string[] {
  return (typeof value === 'string' ? [value] : value).flatMap((text) =>
    text.split(/(?<!\\),/).map((word) => word.replaceAll('\\,', ',').trim()),
  );
}

/** `create=true`: what is referred to and not there is made. */
export const isCreating = z
  .enum(['true', 'false'], { error: 'it must be true or false' })
  .optional()
  .transform((text) => text === 'true')
  .openapi({
    type: 'boolean',
    description: 'Make what is referred to by name and not there',
    param: { required: false },
  });
