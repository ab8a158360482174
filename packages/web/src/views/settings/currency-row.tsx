/** The shown currency with its rate: changed together, because one without the other would show wrong money. */
import type { WireSettings } from '@tokenmeter/core';
import { useEffect, useState } from 'preact/hooks';
import { SettingRow, save } from './choice.tsx';
import { checkCurrency } from './setting-checks.ts';

export function CurrencyRow({ display }: { readonly display: WireSettings['display'] }) {
  const [currency, setCurrency] = useState(display.currency);
  const [rate, setRate] = useState(display.currency_rate ?? '');
  const [date, setDate] = useState(display.currency_rate_date ?? '');
  const [fault, setFault] = useState<string | undefined>(undefined);
  useEffect(() => {
    setCurrency(display.currency);
    setRate(display.currency_rate ?? '');
    setDate(display.currency_rate_date ?? '');
  }, [display.currency, display.currency_rate, display.currency_rate_date]);
  const isDollars = currency.trim() === 'USD';
  const isSame =
    currency.trim() === display.currency &&
    (isDollars || (rate.trim() === (display.currency_rate ?? '') && date === (display.currency_rate_date ?? '')));
  const apply = async () => {
    const code = currency.trim().toUpperCase();
    const wrong = checkCurrency(code, rate.trim(), date);
    const isUsd = code === 'USD';
    const patch = {
      display: {
        currency: code,
        currency_rate: isUsd ? null : rate.trim(),
        currency_rate_date: isUsd || date === '' ? null : date,
      },
    };
    setFault(wrong ?? (await save(patch)));
  };
  return (
    <SettingRow title="Currency" text="Amounts are kept in dollars and shown at this rate.">
      <form
        class="currency"
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        <label class="settings-label">
          Code
          <input
            class="field currency-code"
            autocomplete="off"
            spellcheck={false}
            maxLength={3}
            value={currency}
            onInput={(event) => setCurrency(event.currentTarget.value.toUpperCase())}
          />
        </label>
        {!isDollars && (
          <>
            <label class="settings-label">
              For one dollar
              <input
                class="field currency-rate"
                inputMode="decimal"
                autocomplete="off"
                value={rate}
                onInput={(event) => setRate(event.currentTarget.value)}
              />
            </label>
            <label class="settings-label">
              Rate from
              <input class="field" type="date" value={date} onInput={(event) => setDate(event.currentTarget.value)} />
            </label>
          </>
        )}
        {!isSame && (
          <button type="submit" class="button">
            Apply
          </button>
        )}
      </form>
      {fault && (
        <p class="field-fault" role="alert">
          {fault}
        </p>
      )}
    </SettingRow>
  );
}
