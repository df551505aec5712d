// Repeatable noise for generated runs.

/** Numbers from 0 to below 1; the same seed gives the same ones. */
export function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
