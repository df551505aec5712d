// What all of this is for: two tables that people made by hand, each from one command, read by real tools, and verified.
import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { command } from '../cli/command.ts';
import { parsedMarkdown } from './parsed-markdown.ts';
import { shownPage, startChromium } from './shown-page.ts';
import { asked, stranger } from './stranger.ts';
import { bare, texPages } from './tex-pages.ts';
import { shipped } from './written-tables.ts';

const MIB = 1024 * 1024;

interface ByHand {
  readonly recording: string;
  readonly args: readonly string[];
  /** As it is read on a page. */
  readonly rows: readonly (readonly string[])[];
  /** Names of columns with their values in bytes, null where unknown. */
  readonly bytes: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Of the report: 166,197–166,449 MiB awake, 6,962–7,121 asleep, 165,452–165,611 after the wake, over two ranks. */
const VLLM_47654: ByHand = {
  recording: 'graphs-and-nccl',
  args: ['--table', 'states', '--preset', 'min-max'],
  rows: [
    [
      'Engine',
      'State',
      'GPUs',
      'Resident (MiB)',
      'Resident of a rank (MiB)',
      'Tracked by the engine (MiB)',
      'Gap (MiB)',
    ],
    ['vllm :8000', 'awake', '2 GPUs', '166,197–166,449', '166,197–166,449', 'unknown', 'unknown'],
    ['vllm :8000', 'asleep', '2 GPUs', '6,962–7,121', '6,962–7,121', 'unknown', 'unknown'],
    ['vllm :8000', 'woken', '2 GPUs', '165,452–165,611', '165,452–165,611', 'unknown', 'unknown'],
  ],
  bytes: {
    resident_bytes_min: [166_197 * MIB, 6_962 * MIB, 165_452 * MIB],
    resident_bytes_max: [166_449 * MIB, 7_121 * MIB, 165_611 * MIB],
    tracked_bytes: [null, null, null],
  },
};

/** SGLang's own number is that of its start and judges nothing: 64,210 MiB stay, 62,474.24 it says, the limit is 3,072. */
const SEED: ByHand = {
  recording: 'release-frees-nothing',
  args: ['--table', 'gate'],
  rows: [
    ['Engine', 'State', 'GPU', 'Resident (MiB)', 'Engine says (MiB)', 'Gap (MiB)', 'Limit (MiB)', 'Verdict'],
    ['sglang :30000', 'asleep (told)', '00000000:3B:00.0', '64,210', '62,474.24', '+1,735.76', '3,072', 'FAIL'],
  ],
  bytes: { resident_bytes: [64_210 * MIB], limit_bytes: [3_072 * MIB] },
};

it.each([
  ['the table of vllm#47654 (state × GPU × resident, tracked against resident, min–max over ranks)', VLLM_47654],
  ['the table of the seed (engine × resident × accounting × verdict)', SEED],
])(
  'from a shipped recording %s comes out with one command, is rendered by the real tools, and verify confirms it',
  async (_what, { recording, args, rows, bytes }) => {
    const folder = await mkdtemp(join(tmpdir(), 'residuum-done-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const written = async (ending: string): Promise<string> => {
      const out = join(folder, `table.${ending}`);
      const { code, err } = await command(['export', shipped(recording), ...args, '--out', out]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      return out;
    };
    const [md, json, tex, html, csv, parquet, png] = await Promise.all(
      ['md', 'json', 'tex', 'html', 'csv', 'parquet', 'png'].map(written),
    );

    expect((await parsedMarkdown(await readFile(String(md), 'utf8'))).rows).toEqual(rows);

    const [page = ''] = await texPages([await readFile(String(tex), 'utf8')]);
    expect(bare(page)).toContain(bare(rows.map((row) => row.join('')).join('')));

    const browser = await startChromium();
    onTestFinished(() => browser.close());
    const shown = await shownPage(browser, await readFile(String(html), 'utf8'));
    expect([shown.tables[0]?.rows, shown.complaints]).toEqual([rows, []]);

    const columns = Object.keys(bytes);
    const code = `import json, pandas as pd
table = pd.read_csv(${JSON.stringify(csv)})
print(json.dumps({name: [None if pd.isna(each) else each for each in table[name].tolist()] for name in ${JSON.stringify(columns)}}))`;
    const { out } = await asked(stranger('pandas for python3'), ['-'], { input: code });
    expect(JSON.parse(out)).toEqual(bytes);

    const instance = await DuckDBInstance.create(':memory:');
    onTestFinished(() => instance.closeSync());
    const connection = await instance.connect();
    onTestFinished(() => connection.closeSync());
    const reader = await connection.runAndReadAll(
      `SELECT ${columns.join(', ')} FROM read_parquet('${String(parquet)}')`,
    );
    const found = reader.getColumnsJS().map((values) => values.map((value) => (value === null ? null : Number(value))));
    expect(Object.fromEntries(columns.map((name, at) => [name, found[at]]))).toEqual(bytes);

    expect((await readFile(String(png))).subarray(1, 4).toString()).toBe('PNG');

    const pullRequest = join(folder, 'pull-request.md');
    await writeFile(pullRequest, `Before my change:\n\n${await readFile(String(md), 'utf8')}\nPlease review.\n`);
    for (const evidence of [String(json), String(md), pullRequest]) {
      const ran = await command(['verify', shipped(recording), evidence]);
      expect(ran).toMatchObject({
        code: 0,
        out: expect.stringMatching(/: \d+ agree, 0 differ, 0 cannot be checked\.\n$/) as string,
      });
    }
  },
  120_000,
);
