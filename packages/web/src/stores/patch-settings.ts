/** Changes settings on the server; what it answers is what holds, and it holds on the page at once. */
import type { WireSettings } from '@tokenmeter/core';
import { ask } from '../api.ts';
import { settings } from './house.ts';

/** Null takes a key out of the config file: its default holds again. */
export interface SettingsPatch {
  readonly display?: Readonly<Partial<Record<keyof WireSettings['display'], string | null>>>;
  readonly usage_reset?: WireSettings['usage_reset'] | null;
  readonly usage_threshold_tokens?: number | null;
  readonly monthly_cap_usd?: string | null;
}

/** The settings afterwards. Throws `ApiFailure`, whose `field` names what was refused. */
export async function patchSettings(patch: SettingsPatch): Promise<WireSettings> {
  const answer = await ask<WireSettings>('/api/settings', { method: 'PATCH', body: patch });
  settings.put(answer);
  return answer;
}

/**
 * Keys of the patch that hold something else afterwards: an environment variable wins over the file. Compared as text;
 * a key that was reset is as the server says.
 */
export function overruled(patch: SettingsPatch, answer: WireSettings): string[] {
  const { display = {}, ...others } = patch;
  const differs = (asked: unknown, holds: unknown) =>
    asked !== null && asked !== undefined && String(asked) !== String(holds);
  return [
    ...Object.entries(display).filter(([key, asked]) => differs(asked, answer.display[key as keyof typeof display])),
    ...Object.entries(others).filter(([key, asked]) => differs(asked, answer[key as keyof typeof others])),
  ].map(([key]) => key);
}
