/** GET and PATCH /api/settings: what config.jsonc says, and changing it with its comments kept. */
import { join } from 'node:path';
import { createRoute, z } from '@hono/zod-openapi';
import type { WireSettings } from '@tokenmeter/core';
import type { Config } from '../../config.ts';
import { CONFIG_FILE, KEYS, type KeyWords } from '../../config-keys.ts';
import { type Api, answers, BAD_REQUEST, type ServerState } from '../api.ts';
import { badRequest } from '../fault.ts';
import { WINDOWS } from '../params.ts';

const settingsSchema: z.ZodType<WireSettings> = z
  .object({
    display: z.object({
      tz: z.string(),
      tz_source: z.enum(['config', 'machine']),
      theme: z.enum(['system', 'light', 'dark']),
      density: z.enum(['comfortable', 'compact']),
      motion: z.enum(['system', 'off']),
      currency: z.string(),
      currency_rate: z.string().nullable(),
      currency_rate_date: z.string().nullable(),
      locale: z.string(),
      week_start: z.enum(['monday', 'sunday']),
      unit: z.enum(['list', 'billed']),
    }),
    usage_reset: z.enum(WINDOWS),
    usage_threshold_tokens: z.number().int().nullable(),
    monthly_cap_usd: z.string().nullable(),
    plans: z.record(z.string(), z.string()),
    config_file: z.string(),
    data_dir: z.string(),
  })
  .openapi('Settings');

/** Null removes a key from the file: its default, or what the environment says, holds again. */
const setting = <T>(key: KeyWords<T>) =>
  z
    .union([z.string(), z.number(), z.null()])
    .refine((value) => value === null || key.read(value) !== undefined, { error: `allowed: ${key.allowed}` })
    .optional()
    .openapi({ description: `${key.meaning}; allowed: ${key.allowed}; null for the default` });

const patchSchema = z
  .strictObject({
    display: z
      .strictObject({
        tz: setting(KEYS.tz),
        theme: setting(KEYS.theme),
        density: setting(KEYS.density),
        motion: setting(KEYS.motion),
        currency: setting(KEYS.currency),
        currency_rate: setting(KEYS.currency_rate),
        currency_rate_date: setting(KEYS.currency_rate_date),
        locale: setting(KEYS.locale),
        week_start: setting(KEYS.week_start),
        unit: setting(KEYS.unit),
      })
      .optional(),
    usage_reset: setting(KEYS.usage_reset),
    usage_threshold_tokens: setting(KEYS.usage_threshold_tokens),
    monthly_cap_usd: setting(KEYS.monthly_cap_usd),
  })
  .openapi('SettingsPatch');

const tags = ['Settings'];
const getRoute = createRoute({
  method: 'get',
  path: '/api/settings',
  tags,
  summary: 'Settings in use',
  responses: { 200: answers(settingsSchema, 'The settings') },
});
const patchRoute = createRoute({
  method: 'patch',
  path: '/api/settings',
  tags,
  summary: 'Change settings in config.jsonc',
  description: 'Answers the settings in use afterwards: an environment variable still wins over the file.',
  request: { body: { required: true, content: { 'application/json': { schema: patchSchema } } } },
  responses: { 200: answers(settingsSchema, 'The settings'), 400: BAD_REQUEST },
});

export function settingsRoutes(api: Api, state: ServerState): void {
  // One after the other: each reads the file, changes it and writes it whole.
  let last: Promise<unknown> = Promise.resolve();
  const change = (keys: Readonly<Record<string, unknown>>): Promise<Config> => {
    const next = last.then(() => state.house.configure(keys));
    last = next.catch(() => undefined);
    return next;
  };
  api.openapi(getRoute, (c) => c.json(wireSettings(state.config, state.house.dataDir), 200));
  api.openapi(patchRoute, async (c) => {
    const { display, ...others } = c.req.valid('json');
    const given = Object.entries({ ...display, ...others }).filter(([, value]) => value !== undefined);
    const currency = display?.currency;
    const hasRate =
      display?.currency_rate === undefined ? state.config.currencyRate !== undefined : display.currency_rate !== null;
    if (typeof currency === 'string' && currency !== 'USD' && !hasRate)
      throw badRequest('display.currency_rate', `Cannot show money in ${currency} without a rate`);
    // One cap: `monthly_cap`, which may be in another currency, would win over the dollars that were just typed.
    const cap = others.monthly_cap_usd === undefined ? {} : { monthly_cap: null };
    if (given.length > 0) await change({ ...Object.fromEntries(given), ...cap });
    return c.json(wireSettings(state.config, state.house.dataDir), 200);
  });
}

function wireSettings(config: Config, dataDir: string): WireSettings {
  return {
    display: {
      tz: config.tz,
      tz_source: config.tzSource,
      theme: config.theme,
      density: config.density,
      motion: config.motion,
      currency: config.currency,
      currency_rate: config.currencyRate ?? null,
      currency_rate_date: config.currencyRateDate ?? null,
      locale: config.locale,
      week_start: config.weekStart,
      unit: config.unit,
    },
    usage_reset: config.usageReset,
    usage_threshold_tokens: config.usageThresholdTokens ?? null,
    monthly_cap_usd: config.monthlyCapUsd ?? null,
    plans: config.plans,
    config_file: join(dataDir, CONFIG_FILE),
    data_dir: dataDir,
  };
}
