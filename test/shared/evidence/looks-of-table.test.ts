// Which looks a table was read from, in its footnote: each of a few, and of very many the first ones and how many there are.
import { expect, it } from 'vitest';
import { footnoted, type Evidence, type EvidenceLook } from '../../../shared/evidence/evidence.ts';

const FRAME = '0123456789abcdef'.repeat(4);
const look = (recording: number, second: number): EvidenceLook => ({
  recording,
  atMs: Date.UTC(2026, 0, 31, 12, 0, second),
  frame: FRAME,
});

function looksText(looks: readonly EvidenceLook[]): string | undefined {
  const evidence: Evidence = {
    appVersion: '0.0.0',
    recordings: [],
    choices: { table: 'compare-states', preset: 'pr-table', unit: 'MiB', at: '', node: 'n1', redaction: 'none' },
    looks,
    allLooks: 3_600,
    policy: { kind: 'engine-tree', limitBytes: 3 * 1024 ** 3, origin: 'default' },
    table: { name: 'compare-states', title: '', columns: [], rows: [], notes: [], isDemo: false },
  };
  return footnoted(evidence).notes.find((note) => note.startsWith('Looks: '));
}

it('names each of a few looks, and of which recording it is where there are two', () => {
  expect(looksText([look(0, 1), look(0, 2)])).toBe(
    'Looks: 2026-01-31T12:00:01.000Z (frame 0123456789ab), 2026-01-31T12:00:02.000Z (frame 0123456789ab); 2 of 3600.',
  );
  expect(looksText([look(0, 1), look(1, 2)])).toBe(
    'Looks: A 2026-01-31T12:00:01.000Z (frame 0123456789ab), B 2026-01-31T12:00:02.000Z (frame 0123456789ab); 2 of 3600.',
  );
});

it('names the first of very many, and says where the others are', () => {
  const text = looksText(Array.from({ length: 40 }, (_, at) => look(0, at))) ?? '';
  expect(text.match(/frame/g)?.length).toBe(24);
  expect(text).toMatch(
    /12:00:23\.000Z \(frame 0123456789ab\) and 16 more, each of them in the JSON of this table; 40 of 3600\.$/,
  );
});
