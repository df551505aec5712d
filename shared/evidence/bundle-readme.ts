// The text that goes with a bundle: what is in it, what it says, and how to check it. Readable without any program.
import type { Evidence, TableName } from './evidence.ts';
import { evidenceText } from './evidence-text.ts';
import { FIGURE_TITLES, type FigureName } from './figures/look-figure.ts';

/** A row of each table, and what a reader takes from it. */
const ROWS: Readonly<Record<TableName, string>> = {
  gate: 'each engine with what is resident, what it says of itself, the gap, the limit and the verdict',
  ledger: 'each GPU with what each class of owner holds, and what no visible process holds',
  states: 'awake, asleep and woken of each engine in one cycle: resident beside what the engine tracks',
  arms: 'the same states of two recordings',
  cycles: 'each sleep: what stayed, the change since the one before, how long it took to settle, whether it grows',
  compare: 'each process at two moments of every cycle: the median, the smallest, the largest, and what differs',
  'compare-states': 'each process awake, asleep and woken over all cycles: the median, the smallest and the largest',
  processes: 'each process of an engine on each GPU',
  environment: 'what was measured, and with what: driver, GPUs, engines with their flags, versions',
};

const DRAWN: Readonly<Record<FigureName, string>> = {
  ledger: 'a bar for each GPU of one look, part by part, with the limit',
  pair: 'what is resident beside what the engine accounts for, in one look',
  timeline: 'each engine over the whole recording, with marks and the limit',
  cycles: 'what stayed after each sleep, and whether it grows',
  compare: 'from awake (A) to asleep (B) in one cycle: bars to the left were freed, to the right grew',
};

/** `recording` is the name of the recording in the bundle; `left` says what is not there and why. */
export function bundleReadme(
  recording: string,
  tables: readonly Evidence[],
  figures: readonly FigureName[],
  left: readonly string[],
): string {
  const [first] = tables;
  const gate = tables.find(({ table }) => table.name === 'gate');
  const source = first?.recordings[0];
  const isRedacted = first?.choices.redaction === 'names';
  const packed = recording.endsWith('.gz') ? ', compressed with gzip (zcat shows them)' : '';
  return [
    '# What is still resident: evidence',
    '',
    'A recording of what nvidia-smi and /proc of a GPU node said, with tables and figures made from it. Sizes are of device memory.',
    '',
    ...(first?.table.isDemo === true ? ['**Demo data: nothing here was measured.**', ''] : []),
    ...(gate === undefined ? [] : [evidenceText(gate, 'md')]),
    '## Files',
    '',
    '- `evidence.html`: all figures and tables on one page. It needs no other file and loads nothing; it prints.',
    `- \`${recording}\`: the recording, JSON lines${packed}. SHA-256 \`${source?.sha256 ?? 'unknown'}\`.`,
    ...tables.map(
      ({ choices: { table } }) => `- \`tables/${table}.md\`, \`.csv\`, \`.json\`, \`.tex\`: ${ROWS[table]}.`,
    ),
    ...figures.map((name) => `- \`figures/${name}.svg\`, \`.png\`: ${FIGURE_TITLES[name]}: ${DRAWN[name]}.`),
    ...left.map((text) => `- Left out: ${text}`),
    '',
    'Markdown is for reading and for a pull request, LaTeX for a paper, CSV for a spreadsheet; JSON has where each number was',
    'read. CSV and JSON are in bytes. An unknown number is empty in CSV and has its reason beside it; it is never 0.',
    ...(isRedacted
      ? ['', 'Names of hosts, users, addresses, paths and models are stand-ins, in the recording too.']
      : []),
    '',
    '## To check it',
    '',
    '```sh',
    `residuum verify ${recording} tables/gate.json    # makes the table again from the recording and compares every cell`,
    `residuum report ${recording}                     # what the recording holds`,
    '```',
    '',
  ].join('\n');
}
