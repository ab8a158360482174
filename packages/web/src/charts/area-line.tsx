/** A small area under a line, as wide as its place: shape alone; its ends are in its name. */
interface Properties {
  /** Oldest first, at least two. */
  readonly values: readonly number[];
  readonly label: string;
}

const [WIDTH, HEIGHT] = [256, 44];
/** Room for the stroke at the top and the foot. */
const INSET = 2;

export function AreaLine({ values, label }: Properties) {
  const top = Math.max(...values);
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * WIDTH;
    const y = top > 0 ? HEIGHT - INSET - (value / top) * (HEIGHT - 2 * INSET) : HEIGHT - INSET;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg class="area-line" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline points={points.join(' ')} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
