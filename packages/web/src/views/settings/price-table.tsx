/** The table of models and prices; the editor of one opens under its row. */
import { agentName, formatDate, formatTokens, modelName } from '@tokenmeter/core/format';
import { Fragment } from 'preact';
import { TokenText } from '../../components/token-text.tsx';
import { dateFormat } from '../../stores/house.ts';
import { PriceEditor } from './price-editor.tsx';
import { type Model, matchWords, originWords, pricedModels, rateText, tierWords } from './price-words.ts';

interface Properties {
  readonly models: readonly Model[];
  /** Model whose editor is open. */
  readonly edited: string | undefined;
  readonly onEdit: (model: string | undefined) => void;
}

const COLUMNS = 9;

export function PriceTable({ models, edited, onEdit }: Properties) {
  // One model may be used by two agents; its editor opens once.
  const open = models.findIndex(({ model }) => model === edited);
  return (
    <div class="table-scroll">
      <table class="table price-table">
        <caption class="sr">Models and their prices</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="end">
              Input
            </th>
            <th scope="col" class="end">
              Output
            </th>
            <th scope="col" class="end wide-only">
              Cache read
            </th>
            <th scope="col" class="end wide-only">
              Write 5 min
            </th>
            <th scope="col" class="end wide-only">
              Write 1 h
            </th>
            <th scope="col" class="wide-only price-origin">
              Price from
            </th>
            <th scope="col" class="end wide-only">
              Tokens
            </th>
            <th scope="col">
              <span class="sr">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map((model, index) => (
            <Fragment key={`${model.agent} ${model.seller} ${model.model}`}>
              <PriceRow
                model={model}
                isOpen={index === open}
                onToggle={() => onEdit(index === open ? undefined : model.model)}
              />
              {index === open && (
                <tr class="price-edit">
                  <td colSpan={COLUMNS}>
                    <PriceEditor
                      key={model.model}
                      model={model}
                      others={pricedModels(models, model)}
                      onDone={() => {
                        onEdit(undefined);
                        requestAnimationFrame(() => document.getElementById(buttonId(model))?.focus());
                      }}
                    />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PriceRow(properties: { readonly model: Model; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const { model, isOpen, onToggle } = properties;
  const { price } = model;
  const rate = (field: 'input' | 'output' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h') =>
    rateText(price?.rates[field]);
  const act = price === null ? 'Set price' : price.origin === 'user' ? 'Edit' : 'Change';
  const match = matchWords(model);
  return (
    <tr class={model.unpriced_tokens > 0 ? 'is-unpriced' : undefined}>
      <th scope="row" class="price-model">
        <span class="medium clip block" title={model.model}>
          {modelName(model.model)}
        </span>
        <span class="price-detail clip">
          {[agentName(model.agent), model.seller].filter((word) => word !== '').join(', ')}
        </span>
        {model.unpriced_tokens > 0 && (
          <span class="badge warning">
            {price === null ? 'No price' : `${formatTokens(model.unpriced_tokens)} unpriced`}
          </span>
        )}
        {model.match === 'family' && <span class="badge warning">Guessed price</span>}
        {price &&
          tierWords(price).map((words) => (
            <span key={words} class="price-detail">
              {words}
            </span>
          ))}
      </th>
      <td class="end">{rate('input')}</td>
      <td class="end">{rate('output')}</td>
      <td class="end wide-only ink-2">{rate('cache_read')}</td>
      <td class="end wide-only ink-2">{rate('cache_write_5m')}</td>
      <td class="end wide-only ink-2">{rate('cache_write_1h')}</td>
      <td class="wide-only price-origin" title={price?.id}>
        {price ? (
          <>
            <span class="block">
              {originWords(price)}
              {price.from !== null &&
                `, since ${formatDate(Date.parse(price.from), { ...dateFormat.peek(), tz: 'UTC' })}`}
            </span>
            {match && <span class="price-detail clip">{match}</span>}
          </>
        ) : (
          <span class="ink-3">—</span>
        )}
      </td>
      <td class="end wide-only ink-2">
        <TokenText value={model.tokens} />
      </td>
      <td class="end">
        <button
          type="button"
          id={buttonId(model)}
          class={price === null ? 'button slim' : 'button quiet slim'}
          aria-expanded={isOpen}
          aria-label={`${act} of ${model.model}`}
          onClick={onToggle}
        >
          {act}
        </button>
      </td>
    </tr>
  );
}

function buttonId({ agent, seller, model }: Model): string {
  return `price-${agent}-${seller}-${model}`;
}
