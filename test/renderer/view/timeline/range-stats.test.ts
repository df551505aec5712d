// The numbers of each process over a range of looks: nodes as text, each expected number by hand, in MiB.
import { expect, it } from 'vitest';
import { rangeStats } from '../../../../renderer/view/timeline/range-stats.ts';
import type { Observation } from '../../../../shared/model/observation.ts';
import { FIRST_LOOK_MS, folded, look } from '../../../kit/observed.ts';

const node = (processes: string, used = 'sum'): string => `node gpu-01 driver 550.54.15
gpu 3B:00.0 "H100" total 81559 reserved 479 used ${used}
gpu 41:00.0 "H100" total 81559 reserved 479 used sum
${processes}`;

const job = (size: number | string, name = 'a'): string =>
  `process job "python job-${name}.py" on 3B:00.0 ${size} on 41:00.0 500\n`;

/** One look in two seconds. */
const looks = (...texts: readonly string[]): Observation[] =>
  texts.flatMap((text, at) => look(text, { atMs: FIRST_LOOK_MS + at * 2_000 }));

function rows(observations: readonly Observation[], fromMs = 0, toMs = 60_000): string[] {
  const { rows: all } = rangeStats(folded(...observations), FIRST_LOOK_MS + fromMs, FIRST_LOOK_MS + toMs);
  return all
    .filter(({ group }) => group === 'process')
    .map(({ name, whose, pid, gpu, min, median, max, first, last, delta, unknown, absent }) =>
      [
        `${[name, whose].filter((text) => text !== '').join(', ')} ${pid} ${gpu}`,
        min,
        median,
        max,
        first,
        last,
        delta,
        `${unknown} unknown, ${absent} absent`,
      ].join(' | '),
    );
}

it('has the least, the median, the most, the first, the last and the change of each process on each GPU', () => {
  const all = looks(...[1_000, 1_300, 900, 1_100].map((size) => node(job(size))));
  expect(rows(all)).toEqual([
    'python job-a.py 4001 3B:00.0 | 900 | 1,000 | 1,300 | 1,000 | 1,100 | +100 MiB | 0 unknown, 0 absent',
    'python job-a.py 4001 41:00.0 | 500 | 500 | 500 | 500 | 500 | 0 MiB | 0 unknown, 0 absent',
  ]);
  expect(rows(all, 1_000, 5_000)[0]).toBe(
    'python job-a.py 4001 3B:00.0 | 900 | 900 | 1,300 | 1,300 | 900 | −400 MiB | 0 unknown, 0 absent',
  );
  expect(rows(all, 7_000, 60_000)).toEqual([]);
});

it('counts the looks that could not measure it, and knows them from those in which it was not there', () => {
  const all = looks(node(job(1_000)), node(job('[N/A]'), '2000'), node(''), node(job(1_400)));
  expect(rows(all)[0]).toBe(
    'python job-a.py 4001 3B:00.0 | 1,000 | 1,000 | 1,400 | 1,000 | 1,400 | +400 MiB | 1 unknown, 1 absent',
  );
});

it('takes what is not listed for unknown where the list was not whole', () => {
  const lost = `${node('process job "python job-a.py" on 3B:00.0 1000\n')}smi processes 41:00.0 [N/A]\n`;
  const line = rows(looks(node(job(1_000)), lost)).find((row) => row.includes('41:00.0'));
  expect(line).toBe('python job-a.py 4001 41:00.0 | 500 | 500 | 500 | 500 | unknown | unknown | 1 unknown, 0 absent');
});

it('gives a process that was started again a row of its own, also with the same pid', () => {
  const run = (start: number, size: number): string =>
    node(`process job "python job-a.py" pid 4500 start ${start} on 3B:00.0 ${size}\n`);
  expect(rows(looks(run(1_000, 900), run(1_000, 1_000), run(2_000, 700)))).toEqual([
    'python job-a.py 4500 3B:00.0 | 900 | 900 | 1,000 | 900 | not there | gone | 0 unknown, 1 absent',
    'python job-a.py 4500 3B:00.0 | 700 | 700 | 700 | not there | 700 | new | 0 unknown, 2 absent',
  ]);
});

it('names what no longer exists by its pid, and says in an engine which part it is', () => {
  const engine = `process server "python -m sglang.launch_server --model-path m --tp 2 --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1740
gone killed on 41:00.0 20480
`;
  expect(rows(looks(node(engine))).map((row) => row.split(' | ')[0])).toEqual([
    'no longer exists 4015 41:00.0',
    'scheduler TP0, sglang :30000 4008 3B:00.0',
  ]);
});

it('tells the engine of one port from the one that was started there before it, by the pid of its root', () => {
  const server = (pid: number): string =>
    node(`process server "python -m sglang.launch_server --port 30000" pid ${pid}
  process tp0 "sglang::scheduler_TP0" pid ${pid + 1} on 3B:00.0 1741
`);
  const { rows: all } = rangeStats(
    folded(...looks(server(4_001), server(5_001))),
    FIRST_LOOK_MS,
    FIRST_LOOK_MS + 60_000,
  );
  expect(all.filter(({ group }) => group === 'engine').map(({ name, pid, delta }) => [name, pid, delta])).toEqual([
    ['sglang :30000 pid 4001', '4001', 'gone'],
    ['sglang :30000 pid 5001', '5001', 'new'],
  ]);
});
