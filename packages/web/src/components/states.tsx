/** The blocks that stand where figures cannot: nothing there, it failed, not there yet. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type ApiFailure, signIn } from '../api.ts';
import { loadHouse } from '../stores/house.ts';
import { retryLive } from '../stores/line.ts';
import './states.css';

/** Nothing to show, said in one line, with what to do about it. */
export function EmptyState(properties: {
  readonly title: string;
  readonly text?: ComponentChildren;
  readonly action?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{properties.title}</h2>
      {properties.text && <div class="empty-text">{properties.text}</div>}
      {properties.action && <div class="empty-action">{properties.action}</div>}
    </div>
  );
}

/** Replaces only the card that failed. */
export function ErrorCard({ failure, onRetry }: { readonly failure: ApiFailure; readonly onRetry: () => void }) {
  return (
    <section class="card failure" role="alert">
      <p>
        <b class="strong">This didn’t load.</b> {failure.message}
      </p>
      {failure.kind === 'sign-in' ? (
        <SignIn onRetry={onRetry} />
      ) : (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
      {failure.requestId && (
        <details class="failure-details">
          <summary>Details</summary>
          Request <span class="mono">{failure.requestId}</span>, code <span class="mono">{failure.code}</span>
        </details>
      )}
    </section>
  );
}

function SignIn({ onRetry }: { readonly onRetry: () => void }) {
  const [token, setToken] = useState('');
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        signIn(token);
        onRetry();
        void loadHouse(true);
        retryLive();
      }}
    >
      <label>
        <span>
          Run <span class="mono">tokenmeter token</span> and paste it here.
        </span>
        <input
          class="field"
          type="password"
          autocomplete="off"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        Continue
      </button>
    </form>
  );
}

/** A block in the geometry of what will stand there. */
export function Skeleton(properties: { readonly width?: string; readonly height: string; readonly class?: string }) {
  return (
    <span
      class={properties.class ? `skeleton ${properties.class}` : 'skeleton'}
      style={{ width: properties.width ?? '100%', height: properties.height }}
      aria-hidden="true"
    />
  );
}
