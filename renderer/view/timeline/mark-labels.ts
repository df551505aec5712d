// Which marks of a timeline have room for their word, and where it stands: the first of several that are close together.
export interface MarkPlace {
  /** Pixels, ascending from mark to mark. */
  readonly at: number;
  /** Empty: it says nothing. */
  readonly text: string;
}

export interface MarkLabel {
  readonly text: string;
  readonly left: number;
}

export interface LabelSpace {
  readonly widthOf: (text: string) => number;
  /** Between a mark and its word, and between two words. */
  readonly gap: number;
  /** Where words would be cut. */
  readonly right: number;
}

/** A mark by hand may be a sentence; its whole text stands in the list of marks. */
const LONGEST = 24;

/** A word stands to the right of its mark, and to the left of one at the edge; it is left out where another stands. */
export function markLabels(marks: readonly MarkPlace[], { widthOf, gap, right }: LabelSpace): MarkLabel[] {
  const labels: MarkLabel[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { at, text: whole } of marks) {
    if (whole === '') continue;
    const text = whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
    const width = widthOf(text);
    const left = at + gap + width <= right ? at + gap : at - gap - width;
    if (left < end + gap) continue;
    end = left + width;
    labels.push({ text, left });
  }
  return labels;
}
