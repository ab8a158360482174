/**
 * The one validated configuration: `config.jsonc` in the data directory, environment `TOKENMETER_*`, flags; later wins.
 * A value that is not allowed never stops a command: the next source or the default stands in, and a warning says so.
 */
import {
  type DatedAmount,
  formatNanoDecimal,
  nanoOfAmount,
  type PriceOverride,
  TokenmeterError,
} from '@tokenmeter/core';
import { editConfigFile, readConfigFile } from './config-file.ts';
import { CONFIG_FILE, CONFIG_KEYS, type ConfigName, isConfigName, KEYS } from './config-keys.ts';

export { dataDir } from './data-dir.ts';

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
  /** Cap of a calendar month, with the rate that makes dollars of it. */
  readonly monthlyCap: DatedAmount | undefined;
  /** The same in decimal dollars. */
  readonly monthlyCapUsd: string | undefined;
  /** Directories in which agents may be started over HTTP; empty: none. */
  readonly runDirs: readonly string[];
  /** Whether names of files and commands may be kept and shown. */
  readonly itemNames: boolean;
  /** What stands for the title of a session that has none of its own; `prompt` keeps the first line of its first prompt. */
  readonly titles: 'agent' | 'prompt';
  /** Agents may stop runs through MCP. */
  readonly mcpInterrupt: boolean;
  /** Agents whose spend a plan covers: agent id to the plan's name. */
  readonly plans: Readonly<Record<string, string>>;
  /** The user's own prices from the file; those set by `prices set` win over them. */
  readonly prices: readonly PriceOverride[];
  /** By agent id: the program and the words that always follow it. */
  readonly agentCommands: Readonly<Record<string, readonly string[]>>;
  /** What an agent that is told to stop may take before it is killed. */
  readonly stopGraceSeconds: number;
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
}

export interface ConfigOptions {
  readonly dataDir: string;
  /** The process's own, also with `--home`: that takes away the agents' variables only. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly machineTz: string;
  readonly locale: string;
  /** By key name. Throws `usage` where a value is not allowed: what was typed just now is worth stopping for. */
  readonly flags?: Partial<Readonly<Record<ConfigName, unknown>>> | undefined;
  /** What the file set when it was read before: it holds where the file cannot be used now, and in place of a bad value. */
  readonly held?: ReadonlyMap<string, unknown> | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
  /** The file as far as it is usable; what `config` lists as set. */
  readonly file: ReadonlyMap<string, unknown>;
}

/** Reads the configuration. Warnings name the key, its value and what is allowed. */
export function loadConfig({ dataDir, env, machineTz, locale, flags = {}, held }: ConfigOptions): LoadedConfig {
  const warnings: string[] = [];
  const { values, fault, isShared } = readConfigFile(dataDir);
  const file = new Map(fault === undefined ? values : held);
  if (fault !== undefined)
    warnings.push(`Cannot use ${CONFIG_FILE}: ${fault}; using ${held ? 'what it said before' : 'defaults'}`);
  for (const key of file.keys())
    if (key !== '$schema' && !isConfigName(key))
      warnings.push(`Ignored unknown key "${key}" of ${CONFIG_FILE}, the keys are ${Object.keys(KEYS).join(', ')}`);
  if (isShared && file.has('token'))
    warnings.push(
      `Others can read the token in ${CONFIG_FILE}: give the file mode 0600 or set TOKENMETER_TOKEN instead`,
    );

  const take = <T>(name: ConfigName, read: (value: unknown) => T | undefined): T | undefined => {
    const flag = flags[name];
    if (flag !== undefined) {
      const value = read(flag);
      if (value === undefined) throw new TokenmeterError('usage', complaint(name, flag, 'the command line'));
      return value;
    }
    const variable = `TOKENMETER_${name.toUpperCase()}`;
    const sources: (readonly [string, unknown])[] = [
      [variable, env[variable] || undefined],
      [CONFIG_FILE, file.get(name) ?? undefined],
    ];
    for (const [place, given] of sources) {
      if (given === undefined) continue;
      const value = read(given);
      if (value !== undefined) return value;
      const before = place === CONFIG_FILE ? held?.get(name) : undefined;
      warnings.push(`${complaint(name, given, place)}; ${before === undefined ? 'ignored' : 'it stays as it was'}`);
      if (place !== CONFIG_FILE) continue;
      if (before === undefined) file.delete(name);
      else file.set(name, before);
      if (before !== undefined) return read(before);
    }
    return undefined;
  };

  const tz = take('tz', KEYS.tz.read);
  const currencyRate = take('currency_rate', KEYS.currency_rate.read);
  const currencyRateDate = take('currency_rate_date', KEYS.currency_rate_date.read);
  let currency = take('currency', KEYS.currency.read) ?? 'USD';
  if (currency !== 'USD' && currencyRate === undefined) {
    warnings.push(`Cannot show money in ${currency}: currency_rate is not set; using USD`);
    currency = 'USD';
  }
  const monthlyCap = datedCap(
    take('monthly_cap', KEYS.monthly_cap.read) ?? take('monthly_cap_usd', KEYS.monthly_cap_usd.read),
    { currency, rate: currencyRate, rateDate: currencyRateDate },
    warnings,
  );
  const config: Config = {
    tz: tz ?? machineTz,
    tzSource: tz === undefined ? 'machine' : 'config',
    theme: take('theme', KEYS.theme.read) ?? 'system',
    density: take('density', KEYS.density.read) ?? 'comfortable',
    motion: take('motion', KEYS.motion.read) ?? 'system',
    locale: take('locale', KEYS.locale.read) ?? locale,
    weekStart: take('week_start', KEYS.week_start.read) ?? 'monday',
    unit: take('unit', KEYS.unit.read) ?? 'list',
    currency,
    currencyRate: currency === 'USD' ? undefined : currencyRate,
    currencyRateDate: currency === 'USD' ? undefined : currencyRateDate,
    usageReset: take('usage_reset', KEYS.usage_reset.read) ?? 'week',
    usageThresholdTokens: take('usage_threshold_tokens', KEYS.usage_threshold_tokens.read),
    monthlyCap,
    monthlyCapUsd: dollarsOf(monthlyCap),
    runDirs: take('run_dirs', KEYS.run_dirs.read) ?? [],
    mcpInterrupt: take('mcp_interrupt', KEYS.mcp_interrupt.read) === 'on',
    itemNames: (take('item_names', KEYS.item_names.read) ?? 'on') === 'on',
    titles: take('titles', KEYS.titles.read) ?? 'agent',
    plans: take('plans', KEYS.plans.read) ?? {},
    prices: take('prices', KEYS.prices.read) ?? [],
    agentCommands: take('agent_commands', KEYS.agent_commands.read) ?? {},
    stopGraceSeconds: take('stop_grace_seconds', KEYS.stop_grace_seconds.read) ?? 5,
    port: take('port', KEYS.port.read) ?? 4747,
    host: take('host', KEYS.host.read) ?? '127.0.0.1',
    token: take('token', KEYS.token.read),
  };
  return { config, warnings, file };
}

/**
 * Sets keys in config.jsonc by their names; null or undefined removes one. Comments stay. Throws `bad-config`, with
 * nothing written, where a key is unknown, a value not allowed, or the file broken.
 */
export async function writeConfig(dataDir: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const checked = new Map<string, unknown>();
  for (const [name, value] of Object.entries(changes)) {
    const key = CONFIG_KEYS.find((known) => known.name === name);
    if (!key) throw new TokenmeterError('bad-config', `Cannot set "${name}": there is no such key`);
    const clean = value === null || value === undefined ? undefined : key.read(value);
    if (clean === undefined && value !== null && value !== undefined)
      throw new TokenmeterError('bad-config', complaint(key.name, value));
    checked.set(name, clean);
  }
  await editConfigFile(dataDir, checked);
}

/** A cap with the rate that makes dollars of it; one in a currency without a rate is no cap, and a warning says so. */
function datedCap(
  text: string | undefined,
  known: Pick<DatedAmount, 'currency' | 'rate' | 'rateDate'>,
  warnings: string[],
): DatedAmount | undefined {
  const [amount = '', currency = 'USD'] = text?.split(' ') ?? [];
  if (amount === '') return undefined;
  if (currency === 'USD') return { amount, currency };
  if (currency === known.currency) return { ...known, amount };
  warnings.push(
    `Cannot use "${amount} ${currency}" as monthly_cap: set currency to ${currency} and currency_rate to what a dollar is in it`,
  );
  return undefined;
}

function dollarsOf(cap: DatedAmount | undefined): string | undefined {
  if (cap === undefined || cap.currency === 'USD') return cap?.amount;
  const nano = nanoOfAmount(cap);
  return nano === undefined ? undefined : formatNanoDecimal(nano);
}

function complaint(name: ConfigName, value: unknown, place?: string): string {
  const key = CONFIG_KEYS.find((known) => known.name === name);
  const shown = key?.secret ? 'a value that is not shown' : JSON.stringify(value)?.slice(0, 80);
  return `Cannot use ${shown} as ${name}${place === undefined ? '' : ` from ${place}`}, allowed: ${key?.allowed}`;
}
