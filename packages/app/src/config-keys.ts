/**
 * The one table of configuration keys: name, what is allowed, default, meaning, and how a value is read. The loader, the
 * `config` listing and the README table come from it. Plain functions instead of a schema library, because loading one
 * costs every command (`statusline` too) 100 ms of processor time. A value that is not allowed reads as undefined.
 */
import { parseNanoDecimal } from '@tokenmeter/core';
import { readAgentCommands } from './config-commands.ts';
import { readPrices } from './config-prices.ts';

export const CONFIG_FILE = 'config.jsonc';

export interface KeyWords<T> {
  /** What is allowed, in words that fit behind "allowed: ". */
  readonly allowed: string;
  readonly default: string;
  readonly meaning: string;
  readonly read: (value: unknown) => T | undefined;
  readonly secret?: true;
}

const oneOf = <const T extends readonly string[]>(...words: T): Pick<KeyWords<T[number]>, 'allowed' | 'read'> => ({
  allowed: words.join(', '),
  read: (value) => words.find((word) => word === value),
});

/** Keys as config.jsonc spells them; the environment's are `TOKENMETER_` and the same in capitals. */
export const KEYS = {
  tz: {
    allowed: 'an IANA time zone such as Europe/Berlin',
    default: "the machine's",
    meaning: 'Zone in which hours, days, weeks and months begin',
    read: readZone,
  },
  theme: { ...oneOf('system', 'light', 'dark'), default: 'system', meaning: 'Colours of the pages' },
  density: { ...oneOf('comfortable', 'compact'), default: 'comfortable', meaning: 'Height of table rows' },
  motion: { ...oneOf('system', 'off'), default: 'system', meaning: 'Animation on the pages' },
  locale: {
    allowed: 'a language tag such as en-GB',
    default: "the machine's",
    meaning: 'How numbers and dates are written',
    read: readLocale,
  },
  week_start: {
    ...oneOf('monday', 'sunday'),
    default: 'monday',
    meaning: 'First column of a week on the pages; totals by week are ISO weeks all the same',
  },
  unit: {
    ...oneOf('list', 'billed'),
    default: 'list',
    meaning: 'Which dollars are shown first: list price, or what is billed beside a plan',
  },
  currency: {
    allowed: 'a three-letter code such as EUR',
    default: 'USD',
    meaning: 'Currency money is shown in; other than USD it needs currency_rate',
    read: (value: unknown) => matching(value, /^[A-Z]{3}$/),
  },
  currency_rate: {
    allowed: 'a decimal number above 0',
    default: 'none',
    meaning: 'Units of the currency for one dollar',
    read: readAmount,
  },
  currency_rate_date: {
    allowed: 'a date such as 2026-11-21',
    default: 'none',
    meaning: 'Day the rate is from; shown beside converted money',
    read: readDate,
  },
  usage_reset: {
    ...oneOf('day', 'week', 'month', 'all'),
    default: 'week',
    meaning: 'Window of GET /usage when none is asked for',
  },
  usage_threshold_tokens: {
    allowed: 'a whole number of tokens above 0',
    default: 'none',
    meaning: 'Tokens in a window at which the threshold ring is full',
    read: readThreshold,
  },
  monthly_cap: {
    allowed: 'money such as "200 EUR" or 200 (dollars); another currency than USD is the one of currency, at its rate',
    default: 'none',
    meaning: 'Cap of a calendar month: runs started here are refused past it and stopped at it',
    read: readMoney,
  },
  monthly_cap_usd: {
    allowed: 'a decimal number of dollars above 0',
    default: 'none',
    meaning: 'The same in dollars; monthly_cap wins over it',
    read: readAmount,
  },
  mcp_interrupt: {
    ...oneOf('on', 'off'),
    default: 'off',
    meaning: 'Agents may stop runs through the MCP tool interrupt_run',
  },
  item_names: {
    ...oneOf('on', 'off'),
    default: 'on',
    meaning: 'Names of files and commands are kept and shown beside what they cost; never off this machine',
  },
  titles: {
    ...oneOf('agent', 'prompt'),
    default: 'agent',
    meaning:
      'Title of a session whose agent gave it none: project and time; or, with prompt, the first line of its first prompt, kept of what is read from then on until this is changed back; never off this machine',
  },
  run_dirs: {
    allowed: 'a list of absolute paths',
    default: 'none',
    meaning: 'Directories, with all below them, in which POST /api/runs may start agents; none: it may not',
    read: readFolders,
  },
  plans: {
    allowed: 'agents with the name of their plan, {"claude-code": "Max"} or claude-code=Max,codex=Plus',
    default: 'none',
    meaning: 'Agents whose spend a plan covers; their money is list price',
    read: readPlans,
  },
  prices: {
    allowed: 'a list such as [{"model": "m", "from": "2026-11-01", "input": 3, "output": 15, "cache_read": 0.3}]',
    default: 'none',
    meaning:
      'Own prices in dollars per million tokens, by model, seller (optional) and day; `prices set` wins over them',
    read: readPrices,
  },
  agent_commands: {
    allowed:
      'agents with their program and the words that always follow it, {"claude-code": ["claude", "--permission-mode", "acceptEdits"]}',
    default: 'the names on PATH',
    meaning: 'Programs that `tokenmeter run` starts, by agent',
    read: readAgentCommands,
  },
  stop_grace_seconds: {
    allowed: 'a whole number of seconds, 1 to 300',
    default: '5',
    meaning: 'How long an agent that is told to stop may take before it is killed',
    read: readGrace,
  },
  port: {
    allowed: 'a port, 0 to 65535 (0: any free one)',
    default: '4747',
    meaning: 'Port of the server; the next free one if taken',
    read: readPort,
  },
  host: {
    allowed: 'a host name or address',
    default: '127.0.0.1',
    meaning: 'Address the server listens on; other than loopback it needs a token',
    read: (value: unknown) => matching(value, /^[A-Za-z0-9.:[\]%_-]{1,253}$/),
  },
  token: {
    allowed: 'visible ASCII without spaces',
    default: 'none',
    meaning: 'Secret that every request must carry; better given as TOKENMETER_TOKEN than written in a file',
    read: (value: unknown) => matching(value, /^[\x21-\x7e]{1,512}$/),
    secret: true,
  },
} satisfies Record<string, KeyWords<unknown>>;

export type ConfigName = keyof typeof KEYS;

export interface ConfigKey extends KeyWords<unknown> {
  readonly name: ConfigName;
  /** Name of the environment variable that sets it. */
  readonly environment: string;
}

/** The table in the order it is listed. */
export const CONFIG_KEYS: readonly ConfigKey[] = (Object.keys(KEYS) as ConfigName[]) // -- keys of a literal
  .map((name) => ({ name, environment: `TOKENMETER_${name.toUpperCase()}`, ...KEYS[name] }));

/** Whether a word names a key. */
export function isConfigName(word: string): word is ConfigName {
  return Object.hasOwn(KEYS, word);
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function readZone(value: unknown): string | undefined {
  // Offsets such as +02:00 are zones to the platform but have no summer time: most likely a mistake.
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    return undefined;
  }
}

function readLocale(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return Intl.getCanonicalLocales(value)[0];
  } catch {
    return undefined;
  }
}

function readAmount(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  return (parseNanoDecimal(text) ?? 0n) > 0n ? text.trim() : undefined;
}

/** `200 EUR`, `EUR 200` and `200` as amount and currency, a space between. */
function readMoney(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' ? /^(?:([A-Z]{3}) )?\s*([\d.]+)\s*(?: ([A-Z]{3}))?$/.exec(text.trim()) : null;
  if (!match || (match[1] !== undefined && match[3] !== undefined)) return undefined;
  const amount = readAmount(match[2]);
  return amount === undefined ? undefined : `${amount} ${match[1] ?? match[3] ?? 'USD'}`;
}

/** Absolute paths; between commas as the environment spells them. */
function readFolders(value: unknown): readonly string[] | undefined {
  const folders = typeof value === 'string' ? value.split(',').map((folder) => folder.trim()) : value;
  const isFolder = (folder: unknown): folder is string =>
    typeof folder === 'string' && /^(\/|[A-Za-z]:[\\/])/.test(folder) && !folder.includes('\0');
  return Array.isArray(folders) && folders.length > 0 && folders.every(isFolder) ? folders : undefined;
}

function readDate(value: unknown): string | undefined {
  const text = matching(value, /^\d{4}-\d\d-\d\d$/);
  const at = text === undefined ? Number.NaN : Date.parse(text);
  // The platform reads February 30 as March 2: only a date that comes back unchanged is one.
  return Number.isFinite(at) && new Date(at).toISOString().slice(0, 10) === text ? text : undefined;
}

function readWhole(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function readThreshold(value: unknown): number | undefined {
  return readWhole(value) || undefined;
}

function readPort(value: unknown): number | undefined {
  const port = readWhole(value);
  return port !== undefined && port <= 65_535 ? port : undefined;
}

function readGrace(value: unknown): number | undefined {
  const seconds = readWhole(value);
  return seconds !== undefined && seconds >= 1 && seconds <= 300 ? seconds : undefined;
}

/** An object of names, or `agent=plan,agent=plan` as the environment spells it. */
function readPlans(value: unknown): Readonly<Record<string, string>> | undefined {
  const pairs: (readonly [string, unknown])[] =
    typeof value === 'string'
      ? value.split(',').map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1]] as const)
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : [['', undefined]];
  const plans = new Map<string, string>();
  for (const [agent, plan] of pairs) {
    if (typeof plan !== 'string' || agent.trim() === '' || plan.trim() === '') return undefined;
    plans.set(agent.trim(), plan.trim());
  }
  return Object.fromEntries(plans);
}
