// The heap of this process, so that two readings tell what is held.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes. Collected first, so that only what is held counts. */
export function collectedHeap(): number {
  setFlagsFromString('--expose_gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  // Packed looks are lists of numbers, which a heap does not count.
  return heapUsed + arrayBuffers;
}
