// What can be done, by id: its key, when it makes sense, and what it does. The palette, the keys and the menu share it.
import { COMMAND_IDS, COMMAND_TITLES, type CommandId } from '../../shared/model/command-ids.ts';
import type { AppModel } from '../store/app-model.ts';
import type { AppState, OpenNode } from '../store/app-state.ts';
import { NOTHING_SELECTED } from '../view/selection.ts';

/** What a command acts on. */
export interface CommandContext {
  readonly model: AppModel;
  readonly openPalette: () => void;
  readonly showKeys: () => void;
  readonly judgeNow: () => void;
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

const always = (): boolean => true;
const onLive = (state: AppState): boolean => state.screen === 'live' && shownNode(state)?.session.moment !== undefined;

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
  connect: { key: 'C', canRun: always, run: ({ model }) => model.show('connect') },
  'open-demo': {
    key: '',
    canRun: always,
    run: ({ model }) => void model.connect('demo'),
  },
  'close-node': {
    key: '',
    canRun: (state) => shownNode(state) !== undefined,
    run: withShown((model, { entry }) => model.close(entry.node)),
  },
  'look-now': { key: 'N', canRun: onLive, run: withShown((model, { entry }) => model.look(entry.node)) },
  'retry-now': {
    key: 'R',
    canRun: (state) => ['lost', 'failed', 'closed'].includes(shownNode(state)?.session.link?.state ?? ''),
    run: withShown((model, { entry }) => model.retry(entry.node)),
  },
  'judge-now': { key: 'J', canRun: onLive, run: ({ judgeNow }) => judgeNow() },
  'go-live': {
    key: 'L',
    canRun: (state) => shownNode(state)?.session.moment !== undefined,
    run: withShown((model) => model.set({ screen: 'live', cursorMs: undefined })),
  },
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
};

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
  const device = shownNode(state)?.session.moment?.sighting.snapshot.devices?.devices[n - 1];
  if (device === undefined) return;
  const isSelected = state.selection.bus === device.bus;
  model.set({ selection: isSelected ? NOTHING_SELECTED : { bus: device.bus } });
}
