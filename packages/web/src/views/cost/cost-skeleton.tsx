/** The page before its first figures, in the geometry they will have. */
import { Skeleton } from '../../components/states.tsx';

export function CostSkeleton() {
  return (
    <div class="cost-cards" role="status" aria-label="Loading cost">
      <div class="cost-pair">
        <section class="card cost-wait">
          <Skeleton height="206px" />
        </section>
        <section class="card cost-wait">
          <Skeleton height="206px" />
        </section>
      </div>
      <div class="cost-pair is-uneven">
        <section class="card cost-wait">
          <Skeleton height="330px" />
        </section>
        <section class="card cost-wait">
          <Skeleton height="330px" />
        </section>
      </div>
    </div>
  );
}
