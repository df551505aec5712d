// What can be asked of the page by name: the palette, the keys and the native menu of the window say the same commands.

/** In the order in which a list shows them. */
export const COMMAND_IDS = [
  'open-palette',
  'show-keys',
  'connect',
  'open-demo',
  'open-recording',
  'recordings',
  'close-node',
  'look-now',
  'retry-now',
  'judge-now',
  'go-live',
  'play-or-pause',
  'look-back',
  'look-forth',
  'go-first',
  'go-last',
  'toggle-zoom',
  'toggle-matrix',
  'toggle-attention',
  'all-gpus',
  'add-mark',
  'next-mark',
  'previous-mark',
  'show-cycles',
  'use-as-a',
  'use-as-b',
  'take-snapshot',
  'show-compare',
  'swap-sides',
  'toggle-noise',
  'show-evidence',
  'copy-states',
  'copy-gate',
  'copy-table',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];

/** As a menu or a palette writes them. */
export const COMMAND_TITLES: Readonly<Record<CommandId, string>> = {
  'open-palette': 'Find a command',
  'show-keys': 'Show all keys',
  connect: 'Connect a node',
  'open-demo': 'Open the demo',
  'open-recording': 'Open a recording',
  recordings: 'All recordings',
  'close-node': 'Close this node',
  'look-now': 'Look now',
  'retry-now': 'Connect again now',
  'judge-now': 'Judge now',
  'go-live': 'Follow live',
  'play-or-pause': 'Play or pause the replay',
  'look-back': 'One look back',
  'look-forth': 'One look forward',
  'go-first': 'To the first look',
  'go-last': 'To the last look',
  'toggle-zoom': 'Zoom to the gap, or back',
  'toggle-matrix': 'Engine tree or matrix',
  'toggle-attention': 'Only what needs attention, or all',
  'all-gpus': 'All GPUs and engines',
  'add-mark': 'Set a mark now',
  'next-mark': 'To the next mark',
  'previous-mark': 'To the mark before',
  'show-cycles': 'Show the cycles',
  'use-as-a': 'Use this look as A of a comparison',
  'use-as-b': 'Use this look as B of a comparison',
  'take-snapshot': 'Take a snapshot: keep this look',
  'show-compare': 'Compare two moments',
  'swap-sides': 'Swap A and B',
  'toggle-noise': 'Rows within the noise: show or leave out',
  'show-evidence': 'Evidence: tables and figures of this look',
  'copy-states': 'Copy the states table: awake, asleep and woken of the last cycle',
  'copy-gate': 'Copy the gate table: engines and the limit after the last sleep',
  'copy-table': 'Copy the table in focus as Markdown',
};

/** A menu may be older or newer than the page that it speaks to, so an id is looked at before it is used. */
export function isCommandId(text: unknown): text is CommandId {
  return COMMAND_IDS.some((id) => id === text);
}
