/** Attributes all that is due, some threads in a transaction, so that others get their turn. It waits for no other writer. */
import { TokenmeterError } from '@tokenmeter/core';
import { BriefWork } from '../../brief-work.ts';
import { SmallHeap } from '../../small-heap.ts';
import type { Writer } from './append.ts';
import { Attributor, countDue } from './attribute.ts';
import type { RowSource } from './thread-rows.ts';

/** Fewer are done before the engine would have noticed what it was told. */
const MANY_THREADS = 100;

export async function attributeAll(from: RowSource, writer: Writer): Promise<void> {
  const isLong = countDue(from.driver) >= MANY_THREADS;
  const heap = isLong ? SmallHeap.whileAttributing() : undefined;
  const brief = isLong ? BriefWork.begin() : undefined;
  const attributor = new Attributor(from);
  try {
    while (writer.transact(() => attributor.attribute()) > 0) {
      heap?.look();
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    if (!(error instanceof TokenmeterError && error.code === 'ledger-locked')) throw error;
  } finally {
    brief?.end();
    heap?.end();
  }
}
