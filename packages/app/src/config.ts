/** The one validated configuration: `config.jsonc` in the data directory, environment `TOKENMETER_*`, flags; later wins. */

export interface Config {
  /** IANA zone for days, weeks and months. */
  readonly tz: string;
  readonly tzSource: 'config' | 'machine';
  readonly theme: 'system' | 'light' | 'dark';
  readonly density: 'comfortable' | 'compact';
  readonly motion: 'system' | 'off';
  readonly locale: string;
  readonly weekStart: 'monday' | 'sunday';
  readonly unit: 'list' | 'billed';
  readonly currency: string;
  /** Units of `currency` per dollar, a decimal string; undefined for USD. */
  readonly currencyRate: string | undefined;
  readonly currencyRateDate: string | undefined;
  readonly usageReset: 'day' | 'week' | 'month' | 'all';
  readonly usageThresholdTokens: number | undefined;
  /** Decimal dollars. */
  readonly monthlyCapUsd: string | undefined;
  /** Agents whose spend a plan covers: agent id to the plan's name. */
  readonly plans: Readonly<Record<string, string>>;
  readonly titles: 'agent' | 'prompt';
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
}
