/** While history is read for the first time: how far it is. Totals are true for what was read. */
import { formatCount } from '@tokenmeter/core/format';
import { health } from '../stores/house.ts';

export function ImportBar() {
  const progress = health.state.value.data?.import;
  if (!progress) return null;
  const { files_done: done, files_total: total } = progress;
  const share = total === 0 ? 0 : Math.min(1, done / total);
  return (
    <div class="import">
      <div
        class="meter"
        role="progressbar"
        aria-label="Reading history"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <b style={{ width: `${share * 100}%` }} />
      </div>
      Reading history: {formatCount(done)} of {formatCount(total)} files. Totals will grow.
    </div>
  );
}
