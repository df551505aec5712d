// The text that goes with a bundle: what is in it, what it says, and how to check it. Readable without any program.
import type { Evidence } from './evidence.ts';
import { evidenceText } from './evidence-text.ts';

/** `recording` is the name of the recording in the bundle; `left` says which tables are not there and why. */
export function bundleReadme(recording: string, tables: readonly Evidence[], left: readonly string[]): string {
  const [first] = tables;
  const gate = tables.find(({ table }) => table.name === 'gate');
  const source = first?.recordings[0];
  const isRedacted = first?.choices.redaction === 'names';
  return [
    '# What is still resident: evidence',
    '',
    'A recording of what nvidia-smi and /proc of a GPU node said, and tables made from it. Sizes are of device memory.',
    '',
    ...(first?.table.isDemo === true ? ['**Demo data: nothing here was measured.**', ''] : []),
    ...(gate === undefined ? [] : [evidenceText(gate, 'md')]),
    '## Files',
    '',
    `- \`${recording}\`: the recording, JSON lines${recording.endsWith('.gz') ? ', compressed with gzip' : ''}. SHA-256 \`${source?.sha256 ?? 'unknown'}\`.`,
    ...tables.map(({ table }) => `- \`tables/${table.name}.md\`, \`.csv\`, \`.json\`: ${table.title}.`),
    ...left.map((text) => `- Left out: ${text}`),
    '',
    'CSV and JSON are in bytes. An unknown number is empty in CSV and has its reason beside it; it is never 0.',
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
