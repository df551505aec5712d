// Tables as text: what a reader copies is what was measured, and no name from a node can do more than be read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../shared/base/known.ts';
import { fromMiB } from '../../../../shared/base/units.ts';
import { tableCsv } from '../../../../shared/evidence/table/table-csv.ts';
import { tableHtml, tablesHtml } from '../../../../shared/evidence/table/table-html.ts';
import { latexText, tableLatex } from '../../../../shared/evidence/table/table-latex.ts';
import { markdownText, tableMarkdown } from '../../../../shared/evidence/table/table-markdown.ts';
import {
  DEFAULT_STYLE,
  numberCell,
  spreadCell,
  textCell,
  type EvidenceTable,
  type TableCell,
} from '../../../../shared/evidence/table/table.ts';

const COLUMNS: EvidenceTable['columns'] = [
  { id: 'engine', title: 'Engine', kind: 'text' },
  { id: 'resident_bytes', title: 'Resident', kind: 'bytes' },
  { id: 'gap_bytes', title: 'Gap', kind: 'change' },
  { id: 'share', title: 'Of accounting', kind: 'share' },
];

const size = (mib: number): TableCell => numberCell(known(fromMiB(mib)));

const TABLE: EvidenceTable = {
  name: 'gate',
  title: 'Asleep',
  columns: COLUMNS,
  rows: [
    [textCell('sglang :30000'), size(1741), size(-7803), { kind: 'number', value: 0.1824 }],
    [textCell('sglang :30100'), size(10_342), size(2017), { kind: 'number', value: 1.2422 }],
    [textCell('vllm :8000'), numberCell(unknown('partial-row', 'pid 4008')), { kind: 'none' }, { kind: 'none' }],
  ],
  notes: ['Driver 550.54.15.'],
  isDemo: false,
};

it('is Markdown that reads well unrendered', () => {
  expect(tableMarkdown(TABLE, DEFAULT_STYLE)).toBe(`**Asleep**

| Engine        | Resident (MiB) | Gap (MiB) | Of accounting (%) |
| ------------- | -------------: | --------: | ----------------: |
| sglang :30000 |          1,741 |    -7,803 |              18.2 |
| sglang :30100 |         10,342 |    +2,017 |             124.2 |
| vllm :8000    |        unknown |           |                   |

Unknown: the driver lists a process of this tree without a number for its memory (pid 4008).

Driver 550.54.15.
`);
});

it('is CSV in bytes, with the reason of each unknown beside it', () => {
  const [head, first, , third] = tableCsv(TABLE).split('\r\n');
  expect(head).toBe('engine,resident_bytes,resident_bytes_unknown,gap_bytes,share');
  expect(first).toBe(`sglang :30000,${1741 * 1024 * 1024},,${-7803 * 1024 * 1024},0.1824`);
  expect(third).toMatch(/^vllm :8000,,"?[^"]*pid 4008\)"?,,$/);
});

it('is LaTeX with plain numbers where a whole column has them', () => {
  const text = tableLatex(TABLE, { unit: 'GiB', digits: 2 });
  expect(text).toContain('\\begin{tabular}{lrrr}');
  expect(text).toContain('    sglang :30000 & 1.70 & -7.62 & 18.2 \\\\');
  const whole = tableLatex({ ...TABLE, rows: TABLE.rows.slice(0, 2) }, DEFAULT_STYLE);
  expect(whole).toContain('\\begin{tabular}{lSS[retain-explicit-plus]S}');
  expect(whole).toContain('    Engine & {Resident (MiB)} & {Gap (MiB)} & {Of accounting (\\%)} \\\\');
  expect(whole).toContain('    sglang :30100 & 10342 & +2017 & 124.2 \\\\');
});

it.each([
  ['a long option stays two hyphens', '--port 3', '-{}-port 3'],
  [
    'quotes stay straight, also where a font has none',
    `'a' "b" \`c\``,
    '\\textquotesingle{}a\\textquotesingle{} {\\ttfamily\\symbol{34}}b{\\ttfamily\\symbol{34}} \\textasciigrave{}c\\textasciigrave{}',
  ],
  ['what begins a row is no option of the end of the row before it', '[x]*', '{[}x]{*}'],
  ['letters that the first font of TeX lacks are codes', '«þ»', '{[}U+00AB]{[}U+00FE]{[}U+00BB]'],
])('in LaTeX %s', (_what, text, tex) => {
  expect(latexText(text)).toBe(tex);
});

it('in Markdown an issue is named and not called', () => {
  expect(markdownText('#12 GH-7 gh-8 a/b#9 # 1')).toBe('#\u200D12 GH-\u200D7 gh-\u200D8 a/b#\u200D9 # 1');
});

it('is HTML that needs nothing else and runs nothing', () => {
  const page = tablesHtml([TABLE], ['<svg></svg>'], DEFAULT_STYLE);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  expect(page).toContain('<td class="number">1,741</td>');
  expect(page).toMatch(/<td class="number" title="[^"]*pid 4008\)">unknown<\/td>/);
  expect(page).not.toMatch(/<script|src=|href=/);
});

it('shows a spread as its ends, and says unknown as soon as a part of it is', () => {
  const ranks = [1741, 1745, 1738].map((mib) => known(fromMiB(mib)));
  const rows = [[textCell('TP0-2'), spreadCell(ranks), spreadCell([]), spreadCell([...ranks, unknown('partial-row')])]];
  const table: EvidenceTable = { ...TABLE, rows };
  expect(tableMarkdown(table, DEFAULT_STYLE)).toContain('1,738–1,745');
  expect(tableCsv(table).split('\r\n').slice(0, 2)).toEqual([
    'engine,resident_bytes_min,resident_bytes_median,resident_bytes_max,resident_bytes_count,gap_bytes,share,share_unknown',
    expect.stringMatching(`^TP0-2,${fromMiB(1738)},${fromMiB(1741)},${fromMiB(1745)},3,,,`),
  ]);
});

it('says demo data wherever it is written', () => {
  const demo = { ...TABLE, isDemo: true };
  for (const text of [
    tableMarkdown(demo, DEFAULT_STYLE),
    tableLatex(demo, DEFAULT_STYLE),
    tableHtml(demo, DEFAULT_STYLE),
  ]) {
    expect(text).toContain('Demo data: nothing here was measured.');
  }
});

const HOSTILE = [
  'a|b',
  '`rm -rf`',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '@octocat ping',
  '**bold** _it_ ~~x~~',
  '[text](https://example.org)',
  'https://example.org',
  'line\nbreak\r\nand \u001B[31mcolour',
  '\u202Egnp.exe',
  '=HYPERLINK("x")',
  '+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  "it's 100% & $5 #1 {x} \\input{/etc/passwd} ^_~",
  'quote " and , comma',
  '中文 🚀',
];

const named = (name: string): EvidenceTable => ({
  ...TABLE,
  title: name,
  notes: [name],
  rows: [[textCell(name), size(1), size(2), { kind: 'number', value: 0.5 }]],
});

describe('hostile names', () => {
  it.each(HOSTILE)('in Markdown stay in their cell and are text: %j', (name) => {
    const lines = tableMarkdown(named(name), DEFAULT_STYLE).split('\n');
    const row = lines[4] ?? '';
    expect(row.replace(/\\\|/g, '').split('|')).toHaveLength(6);
    expect(row).not.toMatch(/[<>\u0000-\u001F\u202E]|(?<!\\)[`*_[\]~]|@[A-Za-z]|https:\/\//);
  });

  it.each(HOSTILE)('in CSV run in no spreadsheet: %j', (name) => {
    const text = tableCsv(named(name));
    const line = text.slice(text.indexOf('\r\n') + 2);
    const cell = line.startsWith('"') ? /^"((?:[^"]|"")*)"/.exec(line)?.[1] : line.split(',')[0];
    expect(cell).toMatch(/^[^=+\-@\t\r\n]/);
    expect(line.split('\r\n')).toHaveLength(2);
  });

  it.each(HOSTILE)('in LaTeX are no commands: %j', (name) => {
    const text = latexText(name);
    // Everything that begins with a backslash is one of ours.
    const rest = text.replace(
      /\\(?:textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textquotesingle|textasciigrave|textendash|ldots)\{\}|\{\\ttfamily\\symbol\{34\}\}|\{[[*]\}|[-,]\{\}|\\[{}$&#%_]|\$\\(?:times|div)\$|\$-\$/g,
      '',
    );
    expect(rest).not.toMatch(/[\\{}$&#%_~^]/);
    expect(text).toMatch(/^[\x20-\x7E\u00A1-\u00FF]*$/);
  });

  it.each(HOSTILE)('in HTML are text: %j', (name) => {
    const text = tableHtml(named(name), DEFAULT_STYLE);
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
  });

  it.each(['# heading', '- list', '+ list', '1. list', '> quote', '=== rule', '--- rule'])(
    'in Markdown begin no block in a note: %j',
    (note) => {
      const lines = tableMarkdown({ ...TABLE, notes: [note] }, DEFAULT_STYLE)
        .trimEnd()
        .split('\n');
      expect(lines.at(-1)).toMatch(/^(?:\\|&gt;|1\\\.)/);
    },
  );

  it('whatever they are, Markdown has as many cells in each row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        const [, , head, , row] = tableMarkdown({ ...named(name), title: 'x' }, DEFAULT_STYLE).split('\n');
        const cells = (line = ''): number => line.replace(/\\\\/g, '').replace(/\\\|/g, '').split('|').length;
        expect(cells(row)).toBe(cells(head));
        expect(markdownText(name)).not.toContain('\n');
      }),
    );
  });
});
