/** One bar of kinds, the largest first: what entered is solid, what was carried along is lighter beside it. */
import { type AttributionRow, attributionWords } from './attribution.ts';
import '../styles/swatch.css';
import './attribution.css';

interface Properties {
  readonly rows: readonly AttributionRow[];
  /** What the bar is of, for those who hear it. */
  readonly label: string;
  /** 4 px in a row of a list, without the lighter part; 12 px in a chart. */
  readonly size: 'row' | 'chart';
}

export function AttributionBar({ rows, label, size }: Properties) {
  if (rows.length === 0) return null;
  return (
    <div class={`attribution-bar is-${size}`} role="img" aria-label={`${label}: ${attributionWords(rows)}`}>
      {rows.map((row) => (
        <span
          key={row.id}
          class="attribution-part"
          title={`${row.name} ${row.share}`}
          style={{ flexGrow: String(Number(row.value)) }}
        >
          <i class={row.class} style={{ flexGrow: String(Number(row.value - carriedIn(row, size))) }} />
          {carriedIn(row, size) > 0n && (
            <i class={`${row.class} is-carried`} style={{ flexGrow: String(Number(carriedIn(row, size))) }} />
          )}
        </span>
      ))}
    </div>
  );
}

function carriedIn({ carried }: AttributionRow, size: Properties['size']): bigint {
  return size === 'row' ? 0n : carried;
}
