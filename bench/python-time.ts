// The same lines of a recording, read by what a researcher has at hand: Python's json, SQLite, pandas.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds; undefined where it is not installed. */
export interface PythonTime {
  /** `json.loads` of every line. */
  readonly jsonMs: number | undefined;
  /** Every row of a table of node, time and line, through the standard sqlite3 module. */
  readonly sqliteMs: number | undefined;
  /** `pandas.read_json(file, lines=True)`. */
  readonly pandasMs: number | undefined;
}

/** The one that Debian's packages are for; another one may be in front of it. */
const PYTHON = ['/usr/bin/python3', 'python3'];

const TIMED = 'begin=time.perf_counter()\nWORK\nprint((time.perf_counter()-begin)*1000)';
const JSON_LINES = `import json,sys,time\n${TIMED.replace('WORK', 'rows=[json.loads(line) for line in open(sys.argv[1])]')}`;
const PANDAS = `import pandas,sys,time\n${TIMED.replace('WORK', 'frame=pandas.read_json(sys.argv[1],lines=True)')}`;
const SQLITE = `import json,sqlite3,sys,time
file=sqlite3.connect(sys.argv[2])
file.execute('create table looks(node text, at real, line text)')
lines=[line for line in open(sys.argv[1])]
said=[json.loads(line) for line in lines]
file.executemany('insert into looks values(?,?,?)',((each.get('node'),each.get('atMs'),line) for each,line in zip(said,lines)))
file.commit()
file.close()
del lines,said
file=sqlite3.connect(sys.argv[2])
${TIMED.replace('WORK', "rows=file.execute('select node,at,line from looks order by rowid').fetchall()")}`;

export function pythonTime(text: string): PythonTime {
  const python = PYTHON.find((each) => spawnSync(each, ['--version']).status === 0);
  if (python === undefined) return { jsonMs: undefined, sqliteMs: undefined, pandasMs: undefined };
  const folder = mkdtempSync(join(tmpdir(), 'residuum-bench-'));
  try {
    const file = join(folder, 'long.residuum.jsonl');
    writeFileSync(file, text);
    const run = (code: string, ...more: readonly string[]): number =>
      Number(execFileSync(python, ['-c', code, file, ...more], { encoding: 'utf8' }));
    const hasPandas = spawnSync(python, ['-c', 'import pandas']).status === 0;
    return {
      jsonMs: run(JSON_LINES),
      sqliteMs: run(SQLITE, join(folder, 'looks.sqlite')),
      pandasMs: hasPandas ? run(PANDAS) : undefined,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
