/** A row's days at a glance: shape only, no values, nothing for a screen reader (the table has them). */
import './charts.css';

const [WIDTH, HEIGHT, GAP] = [84, 20, 1];
/** Fewer points than this are no shape. */
const LEAST_POINTS = 5;

/** Values >= 0 of the steps that have begun. */
export function MiniBars({ values }: { readonly values: readonly number[] }) {
  const top = Math.max(...values, 0);
  if (values.length < LEAST_POINTS || top <= 0) return null;
  const step = Math.min(4, WIDTH / values.length);
  return (
    <svg class="mini-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {values.map((value, index) => {
        const height = value > 0 ? Math.max(1, (value / top) * (HEIGHT - 1)) : 1;
        return (
          <rect
            key={index}
            class={value > 0 ? 'mini-bar' : 'mini-bar is-empty'}
            x={index * step}
            y={HEIGHT - height}
            width={Math.max(0.5, step - GAP)}
            height={height}
            rx={Math.min(0.7, step / 4)}
          />
        );
      })}
    </svg>
  );
}
