// What can be done, by id: its key, when it makes sense, and what it does. The palette, the keys and the menu share it.
import { COMMAND_IDS, COMMAND_TITLES, type CommandId } from '../../shared/model/command-ids.ts';
import { chooseFiles } from '../components/drop-zone.tsx';
import type { AppModel } from '../store/app-model.ts';
import type { AppState, OpenNode } from '../store/app-state.ts';
import { keepShown } from '../store/keep-looks.ts';
import { canCompare, withSwapped } from '../store/kept-moments.ts';
import { shownRecording } from '../store/recordings.ts';
import { foundMarks, stepMark, timelineMarks } from '../../shared/session/timeline/timeline-marks.ts';
import type { OneClickTable } from './copy-evidence.ts';
import { NOTHING_SELECTED } from '../view/selection.ts';

/** What a command acts on. */
export interface CommandContext {
  readonly model: AppModel;
  readonly openPalette: () => void;
  readonly showKeys: () => void;
  readonly judgeNow: () => void;
  readonly writeMark: () => void;
  readonly copyTable: () => void;
  readonly copyEvidence: (table: OneClickTable) => void;
}

export interface Command {
  readonly id: CommandId;
  readonly title: string;
  /** As it is written on the keyboard; empty when it has none. */
  readonly key: string;
  readonly canRun: (state: AppState) => boolean;
  readonly run: (context: CommandContext) => void;
}

type CommandRow = Omit<Command, 'id' | 'title'>;

const hasHost = (state: AppState): boolean => state.info !== undefined;
const always = (): boolean => true;
const onLive = (state: AppState): boolean => state.screen === 'live' && shownNode(state)?.session.moment !== undefined;

const hasLook = (state: AppState): boolean => shownNode(state)?.session.moment !== undefined;

const onWatched = (state: AppState): boolean => onLive(state) && shownNode(state)?.capabilities.canLook === true;
const onCompare = (state: AppState): boolean => state.screen === 'compare' && canCompare(state);

function shownNode({ shown, nodes }: AppState): OpenNode | undefined {
  return shown === undefined ? undefined : nodes.get(shown);
}

function withShown(act: (model: AppModel, node: OpenNode) => void): CommandRow['run'] {
  return ({ model }) => {
    const open = shownNode(model.store.get());
    if (open !== undefined) act(model, open);
  };
}

const ROWS: Readonly<Record<CommandId, CommandRow>> = {
  'open-palette': { key: 'Ctrl K', canRun: always, run: ({ openPalette }) => openPalette() },
  'show-keys': { key: '?', canRun: always, run: ({ showKeys }) => showKeys() },
  connect: { key: 'C', canRun: hasHost, run: ({ model }) => model.show('connect') },
  'open-demo': {
    key: '',
    canRun: hasHost,
    run: ({ model }) => void model.connect('demo'),
  },
  'open-recording': {
    key: 'O',
    canRun: always,
    run: ({ model }) => chooseFiles((files) => void model.recordings.openFiles(files)),
  },
  recordings: { key: 'G', canRun: always, run: ({ model }) => model.show('recordings') },
  'close-node': {
    key: '',
    canRun: (state) => shownNode(state) !== undefined,
    run: withShown((model, { entry }) => model.close(entry.node)),
  },
  'look-now': { key: 'N', canRun: onWatched, run: withShown((model, { entry }) => model.nodes.look(entry.node)) },
  'retry-now': {
    key: 'R',
    canRun: (state) =>
      shownNode(state)?.capabilities.canLook === true &&
      ['lost', 'failed', 'closed'].includes(shownNode(state)?.session.link?.state ?? ''),
    run: withShown((model, { entry }) => model.nodes.retry(entry.node)),
  },
  'judge-now': { key: 'J', canRun: onLive, run: ({ judgeNow }) => judgeNow() },
  'go-live': {
    key: 'L',
    canRun: (state) => shownNode(state)?.session.moment !== undefined && shownNode(state)?.capabilities.isLive === true,
    run: withShown((model) => model.set({ screen: 'live', cursorMs: undefined })),
  },
  'play-or-pause': {
    key: 'Space',
    canRun: (state) => onLive(state) && shownRecording(state) !== undefined,
    run: ({ model }) => {
      const recording = shownRecording(model.store.get());
      if (recording !== undefined) model.recordings.shown()?.play(!recording.isPlaying);
    },
  },
  'look-back': { key: '[', canRun: onLive, run: ({ model }) => stepLook(model, -1) },
  'look-forth': { key: ']', canRun: onLive, run: ({ model }) => stepLook(model, 1) },
  'go-first': { key: 'Home', canRun: onLive, run: ({ model }) => goToEnd(model, 'first') },
  'go-last': { key: 'End', canRun: onLive, run: ({ model }) => goToEnd(model, 'last') },
  'toggle-zoom': {
    key: 'Z',
    canRun: onLive,
    run: ({ model }) => model.setView({ zoomed: !model.store.get().view.zoomed }),
  },
  'toggle-matrix': {
    key: 'T',
    canRun: onLive,
    run: ({ model }) => model.setView({ tab: model.store.get().view.tab === 'tree' ? 'matrix' : 'tree' }),
  },
  'toggle-attention': {
    key: 'X',
    canRun: onLive,
    run: ({ model }) => model.setView({ attentionOnly: !model.store.get().view.attentionOnly }),
  },
  'all-gpus': { key: '0', canRun: onLive, run: ({ model }) => model.set({ selection: NOTHING_SELECTED }) },
  'add-mark': {
    key: 'M',
    canRun: (state) => onLive(state) && shownNode(state)?.capabilities.canMark === true,
    run: ({ writeMark }) => writeMark(),
  },
  'next-mark': { key: '.', canRun: onLive, run: ({ model }) => stepToMark(model, 1) },
  'previous-mark': { key: ',', canRun: onLive, run: ({ model }) => stepToMark(model, -1) },
  'show-cycles': { key: 'Y', canRun: onLive, run: ({ model }) => model.setView({ tab: 'cycles' }) },
  'use-as-a': {
    key: 'Shift A',
    canRun: onLive,
    run: ({ model }) => keepShown(model, 'a'),
  },
  'use-as-b': {
    key: 'Shift B',
    canRun: onLive,
    run: ({ model }) => keepShown(model, 'b'),
  },
  'take-snapshot': {
    key: 'Shift S',
    canRun: onLive,
    run: ({ model }) => keepShown(model),
  },
  'show-compare': { key: 'Shift C', canRun: canCompare, run: ({ model }) => model.show('compare') },
  'swap-sides': { key: 'X', canRun: onCompare, run: ({ model }) => model.store.set(withSwapped) },
  'toggle-noise': {
    key: 'N',
    canRun: onCompare,
    run: ({ model }) =>
      model.store.set((state) => ({
        ...state,
        comparing: { ...state.comparing, hidesNoise: !state.comparing.hidesNoise },
      })),
  },
  'show-evidence': {
    key: 'E',
    canRun: hasLook,
    run: ({ model }) => model.show('evidence'),
  },
  'copy-states': { key: '', canRun: hasLook, run: ({ copyEvidence }) => copyEvidence('states') },
  'copy-gate': { key: '', canRun: hasLook, run: ({ copyEvidence }) => copyEvidence('gate') },
  'copy-table': { key: 'Ctrl Shift C', canRun: always, run: ({ copyTable }) => copyTable() },
};

/** Before the first cursor, from the newest look on. */
function stepToMark(model: AppModel, by: 1 | -1): void {
  const state = model.store.get();
  const session = shownNode(state)?.session;
  if (session === undefined) return;
  const marks = timelineMarks(session, foundMarks(session.history, session.outages));
  const fromMs = state.cursorMs ?? shownRecording(state)?.positionMs ?? Number.POSITIVE_INFINITY;
  const mark = stepMark(marks, fromMs, by);
  if (mark === undefined) return;
  const player = model.recordings.shown();
  if (player === undefined) model.lookAt(mark.atMs);
  else player.seek(mark.atMs);
}

/** Through a recording, or through the looks of a live node that the page has kept. */
function stepLook(model: AppModel, by: 1 | -1): void {
  const player = model.recordings.shown();
  if (player !== undefined) {
    player.step(by);
    return;
  }
  const state = model.store.get();
  const moments = shownNode(state)?.moments ?? [];
  const { cursorMs } = state;
  const at = cursorMs === undefined ? moments.length - 1 : moments.findLastIndex(({ atMs }) => atMs <= cursorMs);
  const next = at + by;
  // After the newest there is the live view.
  model.set({ cursorMs: next >= moments.length - 1 ? undefined : moments[Math.max(0, next)]?.atMs });
}

function goToEnd(model: AppModel, end: 'first' | 'last'): void {
  const player = model.recordings.shown();
  const first = shownNode(model.store.get())?.moments[0]?.atMs;
  if (player === undefined) model.set({ cursorMs: end === 'last' ? undefined : first });
  else player.goTo(end);
}

/** In the order of the list of ids. */
export const COMMANDS: readonly Command[] = COMMAND_IDS.map((id) => ({ id, title: COMMAND_TITLES[id], ...ROWS[id] }));

export function runCommand(id: CommandId, context: CommandContext): void {
  const row = ROWS[id];
  if (row.canRun(context.model.store.get())) row.run(context);
}

/** The n-th GPU of the node that is shown, from 1: selects it, or lets it go when it was selected. */
export function focusGpu(model: AppModel, n: number): void {
  const state = model.store.get();
  if (!onLive(state)) return;
  const device = (shownNode(state)?.at ?? shownNode(state)?.session)?.moment?.sighting.snapshot.devices?.devices[n - 1];
  if (device === undefined) return;
  const isSelected = state.selection.bus === device.bus;
  model.set({ selection: isSelected ? NOTHING_SELECTED : { bus: device.bus } });
}
