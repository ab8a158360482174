/**
 * Where a call's tokens go as they are given out: into parts of their own (parts.ts), or, for whoever wants sums only,
 * straight into sums (book.ts), without an object for each part. Numbers and no objects: it is told of every piece.
 */
import type { TokenUsage } from '../usage.ts';
import type { BucketCost } from './cost.ts';
import type { OwnerSum } from './piece.ts';

export interface Receiver {
  /** All that each owner had standing, as read from the cache. What was not is put right by `sent`, with less than nothing. */
  carry(sums: readonly OwnerSum[]): void;
  /** A piece's tokens in the prompt, by tier. */
  sent(
    owner: number,
    item: string,
    isNew: boolean,
    read: number,
    write1h: number,
    write5m: number,
    input: number,
    measured: number,
  ): void;
  /** What the model wrote of one owner. */
  wrote(owner: number, item: string, size: number, measured: number): void;
}

/** Sums over many calls, which count what stands in their prompts once for all of them. */
export interface Book extends Receiver {
  /** Whether a call can be told to it; what follows is then that call's. */
  takes(usage: TokenUsage, cost: BucketCost | undefined): boolean;
  /** What is new of an owner stands from the next call on. */
  grow(owner: number, size: number, measured: number): void;
  /** To be told before what stands changes otherwise, or is asked. */
  settle(sums: readonly OwnerSum[] | undefined): void;
}
