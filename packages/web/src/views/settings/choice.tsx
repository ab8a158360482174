/** The controls of the Display tab: one of a few, or a value that is typed. Each saves itself and says what was refused. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { ApiFailure } from '../../api.ts';
import { overruled, patchSettings, type SettingsPatch } from '../../stores/patch-settings.ts';
import { showToast } from '../../stores/toasts.ts';

/** Saves, and says where something else holds all the same. Answers what was refused, in words. */
export async function save(patch: SettingsPatch): Promise<string | undefined> {
  try {
    const stubborn = overruled(patch, await patchSettings(patch));
    if (stubborn.length > 0) showToast(`Saved, but TOKENMETER_${stubborn[0]?.toUpperCase()} in the environment wins.`);
    else showToast('Saved.');
    return undefined;
  } catch (error) {
    return error instanceof ApiFailure ? error.message : 'Saving failed.';
  }
}

export function SettingRow(properties: {
  readonly title: string;
  readonly text?: ComponentChildren;
  /** Id of the control that the title names. */
  readonly control?: string;
  readonly children: ComponentChildren;
}) {
  const { title, text, control, children } = properties;
  return (
    <div class="setting">
      <div class="setting-words">
        {control ? (
          <label class="medium" for={control}>
            {title}
          </label>
        ) : (
          <span class="medium">{title}</span>
        )}
        {text && <p class="words">{text}</p>}
      </div>
      <div class="setting-control">{children}</div>
    </div>
  );
}

interface ChoiceProperties<T extends string> {
  readonly title: string;
  readonly text?: ComponentChildren;
  readonly value: T;
  readonly options: readonly (readonly [value: T, name: string])[];
  readonly toPatch: (value: T) => SettingsPatch;
}

export function Choice<T extends string>({ title, text, value, options, toPatch }: ChoiceProperties<T>) {
  const id = useId();
  const [fault, setFault] = useState<string | undefined>(undefined);
  return (
    <SettingRow title={title} text={text}>
      <fieldset class="segmented setting-choice" aria-label={title}>
        {options.map(([option, name]) => (
          <label key={option} class={option === value ? 'is-chosen' : undefined}>
            <input
              class="sr"
              type="radio"
              name={id}
              checked={option === value}
              onChange={async () => setFault(await save(toPatch(option)))}
            />
            {name}
          </label>
        ))}
      </fieldset>
      {fault && (
        <p class="field-fault" role="alert">
          {fault}
        </p>
      )}
    </SettingRow>
  );
}

interface TypedProperties {
  readonly title: string;
  readonly text?: ComponentChildren;
  readonly value: string;
  readonly placeholder?: string;
  readonly inputMode?: 'decimal' | 'numeric' | 'text';
  /** Before and after the field. */
  readonly prefix?: string;
  readonly suffix?: string;
  readonly suggestions?: readonly string[];
  /** What is wrong with a text before the server is asked. */
  readonly check?: (text: string) => string | undefined;
  /** '' resets to the default. */
  readonly toPatch: (text: string) => SettingsPatch;
}

/** Saves on Enter and when one leaves it; Escape brings back what holds. */
export function Typed(properties: TypedProperties) {
  const { title, text, value, placeholder, inputMode, prefix, suffix, suggestions, check, toPatch } = properties;
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [fault, setFault] = useState<string | undefined>(undefined);
  useEffect(() => setTyped(value), [value]);
  const commit = async () => {
    const next = typed.trim();
    if (next === value) return;
    const wrong = next === '' ? undefined : check?.(next);
    setFault(wrong ?? (await save(toPatch(next))));
  };
  return (
    <SettingRow title={title} text={text} control={id}>
      <span class="setting-typed">
        {prefix && <span class="ink-3">{prefix}</span>}
        <input
          id={id}
          class="field"
          autocomplete="off"
          spellcheck={false}
          inputMode={inputMode}
          placeholder={placeholder}
          list={suggestions ? `${id}-list` : undefined}
          value={typed}
          aria-invalid={fault !== undefined}
          aria-describedby={fault ? `${id}-fault` : undefined}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setFault(undefined);
          }}
          onBlur={() => void commit()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void commit();
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            setTyped(value);
            setFault(undefined);
          }}
        />
        {suffix && <span class="ink-3">{suffix}</span>}
      </span>
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      {fault && (
        <p class="field-fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </SettingRow>
  );
}
