// A clock for observations: the system's own, except that it stands still where that one is set back.

/** Milliseconds since 1970. One for everything whose order is told by it. */
export function neverBackwards(now: () => number): () => number {
  let latest = Number.NEGATIVE_INFINITY;
  return () => (latest = Math.max(latest, now()));
}
