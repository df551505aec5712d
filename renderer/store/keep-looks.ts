// Keeps looks of the node that is shown, with those around them that tell how much sizes differ while nothing happens.
import { looksAround } from '../../shared/session/history/history-looks.ts';
import { idleLooks } from '../../shared/session/history/idle-looks.ts';
import type { Moment } from '../../shared/session/moment.ts';
import type { AppModel } from './app-model.ts';
import type { Side } from './kept-moment.ts';
import { withKept, type ToKeep } from './kept-moments.ts';
import { shownLook } from './shown-look.ts';

/** The look that is shown; nothing happens where none is. */
export function keepShown(model: AppModel, side?: Side): void {
  const { shown, nodes, cursorMs } = model.store.get();
  const open = shown === undefined ? undefined : nodes.get(shown);
  const moment = open === undefined ? undefined : shownLook(open, cursorMs);
  if (moment !== undefined) keep(model, [{ moment, what: '', side }]);
}

/** Several looks, of which the first two become A and B, and the comparison is shown. */
export function compareLooks(
  model: AppModel,
  looks: readonly { readonly atMs: number; readonly what: string }[],
): void {
  const sides = ['a', 'b'] as const;
  const isThere = keepLooks(
    model,
    looks.map((each, at) => ({ ...each, side: sides[at] })),
  );
  if (isThere) model.show('compare');
  else
    model.set({
      complaint: {
        text: 'These looks are not kept any more, only their numbers are.',
        next: 'Compare newer ones, or record the run and open the recording.',
      },
    });
}

/** Awake, asleep and woken of the node that is shown, over all its cycles. */
export function compareCycles(model: AppModel): void {
  const { shown } = model.store.get();
  model.store.set((state) => ({
    ...state,
    comparing: { ...state.comparing, runs: { ...state.comparing.runs, a: shown } },
  }));
  model.show('compare');
}

interface LookToKeep {
  readonly atMs: number;
  readonly what: string;
  readonly side: Side | undefined;
}

/** False when one of them is not kept by the page any more; then none is. */
function keepLooks(model: AppModel, looks: readonly LookToKeep[]): boolean {
  const found = looks.flatMap(({ atMs, what, side }) => {
    const moment = lookAt(model, atMs);
    return moment === undefined ? [] : [{ moment, what, side }];
  });
  if (found.length < looks.length) return false;
  keep(model, found);
  return true;
}

function keep(model: AppModel, all: readonly Omit<ToKeep, 'idle'>[]): void {
  const { shown, nodes } = model.store.get();
  const open = shown === undefined ? undefined : nodes.get(shown);
  if (open === undefined) return;
  const looks = all.map((each) => ({
    ...each,
    idle: idleLooks(looksAround(open.session.history, each.moment.atMs), each.moment.atMs).flatMap(
      (atMs) => lookAt(model, atMs) ?? [],
    ),
  }));
  model.store.set((state) => withKept(state, open, looks));
}

/** Exactly this look; undefined when the page has it no more, or a recording is not read that far. */
function lookAt(model: AppModel, atMs: number): Moment | undefined {
  const { shown, nodes } = model.store.get();
  const open = shown === undefined ? undefined : nodes.get(shown);
  const player = model.recordings.of(open);
  const found = player === undefined ? open?.moments.find((each) => each.atMs === atMs) : player.momentAt(atMs);
  return found?.atMs === atMs ? found : undefined;
}
