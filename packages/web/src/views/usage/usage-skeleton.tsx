/** The page before its first figures, in the geometry they will have. */
import { Skeleton } from '../../components/states.tsx';

export function UsageSkeleton() {
  return (
    <div class="stack" role="status" aria-label="Loading usage">
      <section class="card hero">
        <div class="hero-text">
          <Skeleton width="130px" height="18px" />
          <Skeleton width="210px" height="56px" class="skeleton-figure" />
          <Skeleton width="300px" height="18px" />
          <Skeleton width="100%" height="40px" class="skeleton-facts" />
        </div>
        <Skeleton width="360px" height="148px" class="hero-burn" />
        <div class="hero-ring">
          <Skeleton width="120px" height="120px" class="skeleton-ring" />
        </div>
      </section>
      <section class="card skeleton-types">
        <Skeleton height="16px" />
        <Skeleton height="16px" />
      </section>
      <section class="card skeleton-strip">
        <Skeleton height="130px" />
      </section>
    </div>
  );
}
