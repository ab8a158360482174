/** A token count: short to the eye, exact in the tooltip, in words to a screen reader, `~` where it is not exact. */
import { formatTokens, formatTokensExact, speakTokens } from '@tokenmeter/core/format';

export function TokenText({ value, mark = '' }: { readonly value: number; readonly mark?: '' | '~' }) {
  const text = formatTokens(value);
  const spoken = speakTokens(value);
  if (text === spoken) return <span title={formatTokensExact(value)}>{mark + text}</span>;
  return (
    <span title={mark ? `${formatTokensExact(value)}, not all of them exact` : formatTokensExact(value)}>
      <span aria-hidden="true">{mark + text}</span>
      <span class="sr">
        {mark ? 'about ' : ''}
        {spoken}
      </span>
    </span>
  );
}
