/** How figures are shown, and the limits they are held against. Every change holds at once, here and on the server. */
import type { WireSettings } from '@tokenmeter/core';
import { formatCount } from '@tokenmeter/core/format';
import { useMemo } from 'preact/hooks';
import { ErrorCard, Skeleton } from '../../components/states.tsx';
import { usePhase } from '../../components/use-phase.ts';
import { loadHouse, settings } from '../../stores/house.ts';
import { Choice, Typed } from './choice.tsx';
import { CurrencyRow } from './currency-row.tsx';
import { checkAmount, checkLocale, checkTokens, checkZone, readTokens } from './setting-checks.ts';

export function DisplayTab() {
  const held = settings.state.value;
  const phase = usePhase(held);
  if (held.data) return <DisplayForm settings={held.data} />;
  if (phase === 'failed' && held.failure)
    return <ErrorCard failure={held.failure} onRetry={() => void loadHouse(true)} />;
  return phase === 'blank' ? null : (
    <section class="card settings-wait" role="status" aria-label="Loading settings">
      <Skeleton height="32px" />
      <Skeleton height="32px" />
      <Skeleton height="32px" />
    </section>
  );
}

function DisplayForm({ settings: now }: { readonly settings: WireSettings }) {
  const { display } = now;
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  return (
    <div class="stack">
      <section class="card settings-form" aria-labelledby="look-title">
        <h2 id="look-title">Look</h2>
        <Choice
          title="Theme"
          value={display.theme}
          options={[
            ['system', 'System'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ]}
          toPatch={(theme) => ({ display: { theme } })}
        />
        <Choice
          title="Density"
          text="Height of table rows."
          value={display.density}
          options={[
            ['comfortable', 'Comfortable'],
            ['compact', 'Compact'],
          ]}
          toPatch={(density) => ({ display: { density } })}
        />
        <Choice
          title="Motion"
          value={display.motion}
          options={[
            ['system', 'System'],
            ['off', 'Off'],
          ]}
          toPatch={(motion) => ({ display: { motion } })}
        />
      </section>
      <section class="card settings-form" aria-labelledby="figures-title">
        <h2 id="figures-title">Figures</h2>
        <Choice
          title="Which dollars"
          text={
            display.unit === 'list'
              ? 'List price: what the tokens are worth at the prices of the API.'
              : 'Billed: agents that a plan covers cost nothing more.'
          }
          value={display.unit}
          options={[
            ['list', 'List price'],
            ['billed', 'Billed'],
          ]}
          toPatch={(unit) => ({ display: { unit } })}
        />
        <CurrencyRow display={display} />
        <Typed
          title="Time zone"
          text={display.tz_source === 'machine' ? 'From this machine.' : 'Set by you. Empty for the machine’s.'}
          value={display.tz}
          suggestions={zones}
          check={checkZone}
          toPatch={(text) => ({ display: { tz: text === '' ? null : text } })}
        />
        <Choice
          title="Week starts on"
          text="On the pages; totals by week are ISO weeks."
          value={display.week_start}
          options={[
            ['monday', 'Monday'],
            ['sunday', 'Sunday'],
          ]}
          toPatch={(week_start) => ({ display: { week_start } })}
        />
        <Typed
          title="Number format"
          text="A language tag, such as en-GB or de-DE."
          value={display.locale}
          check={checkLocale}
          toPatch={(text) => ({ display: { locale: text === '' ? null : text } })}
        />
      </section>
      <section class="card settings-form" aria-labelledby="limits-title">
        <h2 id="limits-title">Limits</h2>
        <Typed
          title="Monthly cap"
          text="Runs started with tokenmeter stop at it and are refused past it. What other runs spend counts; nothing stops them."
          value={now.monthly_cap_usd ?? ''}
          placeholder="none"
          inputMode="decimal"
          prefix="$"
          check={checkAmount}
          toPatch={(text) => ({ monthly_cap_usd: text === '' ? null : text })}
        />
        <Typed
          title="Usage threshold"
          text="Tokens at which GET /usage counts its window as full."
          value={now.usage_threshold_tokens === null ? '' : formatCount(now.usage_threshold_tokens)}
          placeholder="none"
          inputMode="text"
          suffix="tokens"
          check={checkTokens}
          toPatch={(text) => ({ usage_threshold_tokens: text === '' ? null : (readTokens(text) ?? null) })}
        />
        <Choice
          title="Usage window"
          text="What GET /usage answers for when it is asked for no window."
          value={now.usage_reset}
          options={[
            ['day', 'Day'],
            ['week', 'Week'],
            ['month', 'Month'],
            ['all', 'All'],
          ]}
          toPatch={(usage_reset) => ({ usage_reset })}
        />
      </section>
    </div>
  );
}
