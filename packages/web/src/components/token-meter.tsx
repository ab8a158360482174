/** The four kinds of tokens beside each other in fixed order, with their colours and their sum. */
import { TOKEN_TYPE_NAMES, type TokenType } from '../figures.ts';
import { TokenText } from './token-text.tsx';
import '../charts/charts.css';
import '../styles/swatch.css';

const ORDER: readonly TokenType[] = ['input', 'output', 'cacheRead', 'cacheWrite'];

interface Properties {
  readonly tokens: Readonly<Record<TokenType, number>>;
  readonly total: number;
  readonly mark: '' | '~';
}

export function TokenMeter({ tokens, total, mark }: Properties) {
  return (
    <dl class="token-meter">
      {ORDER.map((type) => (
        <div key={type}>
          <dt>
            <span class={`swatch type-${type}`} aria-hidden="true" />
            {TOKEN_TYPE_NAMES[type]}
          </dt>
          <dd>
            <TokenText value={tokens[type]} />
          </dd>
        </div>
      ))}
      <div>
        <dt>Tokens</dt>
        <dd>
          <TokenText value={total} mark={mark} />
        </dd>
      </div>
    </dl>
  );
}
