/** The session page before its first figures, in the geometry they will have. */
import { Skeleton } from '../../components/states.tsx';

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export function SessionSkeleton() {
  return (
    <div class="stack" role="status" aria-label="Loading the session">
      <section class="card session-summary">
        <Skeleton height="40px" />
        <Skeleton height="40px" />
        <Skeleton height="40px" />
      </section>
      <div class="session-panes">
        <section class="card session-wait">
          <Skeleton height="36px" />
          <Skeleton height="36px" />
        </section>
        <section class="card session-wait">
          {ROWS.map((row) => (
            <Skeleton key={row} height="26px" />
          ))}
        </section>
        <section class="card session-wait wide-only">
          <Skeleton height="120px" />
        </section>
      </div>
    </div>
  );
}
