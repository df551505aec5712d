// Looks for a place in what is in order, such as times, without going through all of it.

/** The first of 0 … count for which it holds, where it goes on to hold once it does; `count` where it never does. */
export function firstWhere(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
