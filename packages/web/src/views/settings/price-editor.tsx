/** Sets the price of one model: rates, seller, from when. It shows what would change before it can be saved. */
import { dayKey, parseNanoDecimal, type WirePriceEffect, type WirePriceSet, type WirePrices } from '@tokenmeter/core';
import { formatMoney, formatPlural, formatTokens } from '@tokenmeter/core/format';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ApiFailure } from '../../api.ts';
import { moneyFormat, zone } from '../../stores/house.ts';
import { previewPrice, savePrice } from '../../stores/prices.ts';
import { showToast } from '../../stores/toasts.ts';
import {
  faultsOf,
  fieldOf,
  formFor,
  isNoChange,
  type PriceForm,
  priceSet,
  RATE_FIELDS,
  RATE_NAMES,
  type RateField,
  ratesFrom,
} from './price-form.ts';

type Model = WirePrices['models'][number];

interface Properties {
  readonly model: Model;
  /** Models whose price can be taken over. */
  readonly others: readonly Model[];
  readonly onDone: () => void;
}

const REST_MS = 300;

export function PriceEditor({ model, others, onDone }: Properties) {
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  const [form, setForm] = useState<PriceForm>(() => formFor(model.price, dayKey(Date.now(), zone.peek())));
  const [touched, setTouched] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [refusal, setRefusal] = useState<ApiFailure | undefined>(undefined);
  useEffect(() => first.current?.focus(), []);
  const faults = faultsOf(form);
  const isValid = Object.keys(faults).length === 0;
  const set = isValid ? priceSet(model.model, form) : undefined;
  const preview = usePreview(set);
  const refused = refusal ?? preview.failure;
  const refusedField = fieldOf(refused?.field);
  const change = (part: Partial<PriceForm>) => {
    setRefusal(undefined);
    setForm({ ...form, ...part });
  };
  const faultOf = (field: RateField | 'day') =>
    (touched ? faults[field] : undefined) ?? (refusedField === field ? refused?.message : undefined);
  const save = async () => {
    setTouched(true);
    if (!set || isSaving) return;
    setSaving(true);
    try {
      const effect = await savePrice(set);
      showToast(`Saved. ${effectWords(effect)}`);
      onDone();
    } catch (error) {
      setRefusal(error instanceof ApiFailure ? error : new ApiFailure('http', 'Saving failed.', {}));
      setSaving(false);
    }
  };
  return (
    <form
      class="price-editor"
      aria-label={`Price of ${model.model}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone();
      }}
    >
      <fieldset class="price-rates">
        <legend>Dollars for a million tokens</legend>
        {RATE_FIELDS.map((field) => {
          const fault = faultOf(field);
          return (
            <div key={field} class="settings-label">
              <label for={`${id}-${field}`}>{RATE_NAMES[field]}</label>
              <input
                id={`${id}-${field}`}
                ref={field === 'input' ? first : undefined}
                class="field"
                inputMode="decimal"
                autocomplete="off"
                placeholder={field === 'input' || field === 'output' ? '' : 'as input'}
                value={form.rates[field]}
                aria-invalid={fault !== undefined}
                aria-describedby={fault === undefined ? undefined : `${id}-${field}-fault`}
                onInput={(event) => change({ rates: { ...form.rates, [field]: event.currentTarget.value } })}
                onBlur={() => form.rates[field] !== '' && setTouched(true)}
              />
              {fault && (
                <span class="field-fault" id={`${id}-${field}-fault`}>
                  {fault}
                </span>
              )}
            </div>
          );
        })}
      </fieldset>
      <div class="price-line">
        {others.length > 0 && (
          <label class="settings-label">
            Same as
            <select
              class="field"
              value=""
              onChange={(event) => {
                const other = others.find(({ model: name, agent }) => `${agent} ${name}` === event.currentTarget.value);
                if (other?.price) change({ rates: ratesFrom(other.price) });
                event.currentTarget.value = '';
              }}
            >
              <option value="">Choose a model</option>
              {others.map(({ agent, model: name }) => (
                <option key={`${agent} ${name}`} value={`${agent} ${name}`}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="settings-label">
          Seller
          <input
            class="field"
            autocomplete="off"
            placeholder="any"
            list={`${id}-sellers`}
            value={form.seller}
            onInput={(event) => change({ seller: event.currentTarget.value })}
          />
          <datalist id={`${id}-sellers`}>{model.seller && <option value={model.seller} />}</datalist>
        </label>
        <fieldset class="price-when">
          <legend>Applies</legend>
          <label>
            <input
              type="radio"
              name={`${id}-from`}
              checked={form.from === 'always'}
              onChange={() => change({ from: 'always' })}
            />
            To all past calls too
          </label>
          <label>
            <input
              type="radio"
              name={`${id}-from`}
              checked={form.from === 'day'}
              onChange={() => change({ from: 'day' })}
            />
            From
            <input
              class="field"
              type="date"
              aria-label="First day it applies"
              value={form.day}
              onInput={(event) => change({ from: 'day', day: event.currentTarget.value })}
            />
          </label>
          {faultOf('day') && <span class="field-fault">{faultOf('day')}</span>}
        </fieldset>
      </div>
      <div class="price-foot">
        <p class="price-preview" role="status">
          {refused && refusedField === undefined ? (
            <span class="field-fault">{refused.message}</span>
          ) : preview.effect ? (
            <EffectWords effect={preview.effect} />
          ) : isValid ? (
            'Working out what changes'
          ) : (
            'Enter input and output to see what changes.'
          )}
        </p>
        <button type="button" class="button quiet" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" class="button primary" disabled={isSaving || (isValid && preview.effect === undefined)}>
          {isSaving ? 'Saving' : 'Save price'}
        </button>
      </div>
    </form>
  );
}

/** What the form would change, asked a moment after the last letter. */
function usePreview(set: WirePriceSet | undefined): { effect?: WirePriceEffect; failure?: ApiFailure } {
  const [found, setFound] = useState<{ key?: string; effect?: WirePriceEffect; failure?: ApiFailure }>({});
  const key = set && JSON.stringify(set);
  useEffect(() => {
    if (!set || key === undefined) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      previewPrice(set, controller.signal).then(
        (effect) => setFound({ key, effect }),
        (failure: unknown) => {
          if (failure instanceof ApiFailure) setFound({ key, failure });
        },
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key]);
  return found.key === key ? found : {};
}

function EffectWords({ effect }: { readonly effect: WirePriceEffect }) {
  if (isNoChange(effect)) return <>Nothing changes: {formatPlural(effect.calls, 'call')} would be rated with it.</>;
  const left = effect.unpriced_tokens_after;
  return (
    <>
      <b class="strong">{effectWords(effect)}</b> {formatPlural(effect.calls, 'call')} rated anew
      {effect.unpriced_tokens_before > 0 &&
        (left === 0
          ? ', no tokens left unpriced'
          : `, unpriced tokens ${formatTokens(effect.unpriced_tokens_before)} to ${formatTokens(left)}`)}
      .
    </>
  );
}

/** `Total: $468.18 to $470.02.` */
export function effectWords(effect: WirePriceEffect): string {
  const money = (text: string) => formatMoney(parseNanoDecimal(text) ?? null, moneyFormat.peek());
  return `Total: ${money(effect.before_usd)} to ${money(effect.after_usd)}.`;
}
