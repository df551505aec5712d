// Tables for strangers to read: every one of two shipped recordings in every preset, and one with the worst names there are.
import { join } from 'node:path';
import { readFileSide } from '../../node/evidence/recorded-file.ts';
import { PRESETS, TABLE_NAMES, type Evidence } from '../../shared/evidence/evidence.ts';
import type { EvidenceTable, TableCell } from '../../shared/evidence/table/table.ts';
import { STATE_SPECS } from '../../shared/recorded/compared-report.ts';
import { recordedEvidence } from '../../shared/recorded/recorded-evidence.ts';
import { REPOSITORY } from '../architecture/source-file.ts';

export const RECORDINGS = ['growth-per-step', 'foreign-contexts'] as const;

export function shipped(name: string): string {
  return join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
}

/** Of a recording, with the names as they are: those are what a reader may stumble over. */
export async function writtenTables(name: (typeof RECORDINGS)[number]): Promise<Evidence[]> {
  const asked = { who: undefined, at: '', cycle: undefined, redaction: 'none' } as const;
  const compared = { asked: STATE_SPECS, selectors: [] };
  const side = await readFileSide(shipped(name), { ...asked, compared });
  const against = await readFileSide(shipped('clean-sleep'), { ...asked, compared });
  return TABLE_NAMES.flatMap((table) =>
    PRESETS.filter((preset) => preset !== 'step-ledger' || table === 'cycles').map((preset) => {
      const unit = preset === 'paper' ? 'GiB' : 'MiB';
      return recordedEvidence(side, against, { table, preset, unit, appVersion: 'x' });
    }),
  );
}

export const NAMES = [
  'plain name',
  'two\nlines\r\nand a third',
  'a|b||c\\|d',
  '\u001B[31mred\u001B[0m and \u0007',
  '\u202Ereversed\u202C \u2066isolated\u2069 \u200Fmark',
  '=SUM(A1:A9)',
  '+1-800',
  '-2+3',
  '@user and someone@example.com',
  '\tafter a tab',
  '  blanks  around  ',
  '"quoted", with a comma; and a semicolon',
  "'apostrophe",
  '<script>alert(1)</script><b>bold</b>&amp;&lt;',
  '**strong** _em_ ~~gone~~ `code` [link](http://x.example) ![i](y)',
  'https://example.com/a_b www.example.com #123 GH-7 owner/name#5',
  '\\textbf{x} $\\alpha$ 100% & # _ ^ ~ {} \\input{/etc/passwd}',
  '\\end{tabular} \\\\ \\hline',
  "--- -- `` '' ?` !` << >> ,,",
  'ü é ß ñ ø Å ¿ § ° µ ± ×',
  '中文 にほん 한국 עברית عربي 😀',
  '',
  'N/A',
  'null NaN nan None TRUE 1e5 0x10 007',
  '12:34:56.7',
  '0000',
];

/** A column of each kind, with known, unknown and absent cells in each of them, and a range. */
export function hostileTable(): EvidenceTable {
  const number = (value: number): TableCell => ({ kind: 'number', value });
  const unknown = (why: string): TableCell => ({ kind: 'unknown', why });
  const none: TableCell = { kind: 'none' };
  const numbers = (at: number, value: number): TableCell =>
    at % 5 === 3 ? unknown(`no number for ${NAMES[at] ?? ''}`) : at % 5 === 4 ? none : number(value);
  return {
    name: 'hostile',
    title: 'A title with | and \\textbf and <b> and @user',
    columns: [
      { id: 'name', title: 'Name | of % it', kind: 'text' },
      { id: 'resident_bytes', title: 'Resident', kind: 'bytes' },
      { id: 'gap_bytes', title: 'Gap', kind: 'change' },
      { id: 'share', title: 'Share', kind: 'share' },
      { id: 'settle_s', title: 'Settled', kind: 'seconds' },
      { id: 'count', title: 'Ranks', kind: 'count' },
      { id: 'range_bytes', title: 'Over ranks', kind: 'bytes' },
      { id: 'whole_bytes', title: 'Whole', kind: 'bytes' },
    ],
    rows: NAMES.map((text, at) => [
      at % 7 === 6 ? unknown(text) : { kind: 'text', text },
      numbers(at, 81_559 * 1024 * 1024 + at),
      numbers(at, (at - 10) * 1024 * 1024 * 1000),
      numbers(at, at / 26),
      numbers(at, at + 0.25),
      numbers(at, at * 1000),
      at % 5 < 3
        ? {
            kind: 'spread',
            spread: { min: at * 1048576, median: (at + 1) * 1048576, max: (at + 2) * 1048576, count: 4 },
          }
        : numbers(at, at * 1048576),
      number(at * 12_345_678_901),
    ]),
    notes: ['A note with *stars*, 100%, and a name: @user.', '- not a list', '1. not one either', '# no heading'],
    isDemo: true,
  };
}

/** The same as evidence, for writers that say where it comes from. */
export function hostileEvidence(like: Evidence): Evidence {
  return { ...like, table: hostileTable() };
}
