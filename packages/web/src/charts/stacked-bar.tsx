/** One horizontal bar of parts, in a given order with a gap between them. Its legend stands beside it as a table. */
import './charts.css';

interface Part {
  /** Class that gives the colour: `type-input`. */
  readonly class: string;
  /** Any amount >= 0; parts are drawn in proportion. */
  readonly weight: number;
  readonly title: string;
}

export function StackedBar({ parts, label }: { readonly parts: readonly Part[]; readonly label: string }) {
  return (
    <div class="stacked-bar" role="img" aria-label={label}>
      {parts
        .filter(({ weight }) => weight > 0)
        .map((part) => (
          <span key={part.class} class={part.class} title={part.title} style={{ flexGrow: String(part.weight) }} />
        ))}
    </div>
  );
}
