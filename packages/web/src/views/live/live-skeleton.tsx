/** Where the strip and the first rows will stand. */
import { Skeleton } from '../../components/states.tsx';

export function LiveSkeleton() {
  return (
    <div aria-hidden="true">
      <div class="strip">
        {['Spending now', 'Today', 'Tokens today', 'Cache hit'].map((name, index) => (
          <div key={name} class={index > 1 ? 'strip-part wide-only' : 'strip-part'}>
            <Skeleton width="92px" height="12px" />
            <Skeleton class="strip-figure" width="110px" height="28px" />
          </div>
        ))}
      </div>
      <div class="live-panes">
        <div class="card runs">
          {[1, 2, 3].map((row) => (
            <div key={row} class="run">
              <Skeleton width="46%" height="20px" />
              <Skeleton class="skeleton-row" width="100%" height="12px" />
              <Skeleton class="skeleton-row" width="70%" height="12px" />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
