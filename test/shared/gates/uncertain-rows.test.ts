// Memory that may be the engine's: of pids that are gone or hidden, of a bus that nobody names, or still arriving.
import { expect, it } from 'vitest';
import { fromMiB } from '../../../shared/base/units.ts';
import { judged, lines, verdictLines } from '../../kit/judged.ts';
import { DP_CONTROLLER, GONE_ROWS } from '../../kit/scenarios.ts';
import { holding, holdingTwo, overTwoGpus, replace } from './small-nodes.ts';

/** The driver lists pid 4242, and it is not in the process table. */
const beside = (mib: number | string, bus = '3B'): string => `${overTwoGpus()}\ngone 4242 on ${bus}:00.0 ${mib}`;
const ofAnotherUser = replace(/^gone\t4242\tgone$/, 'gone\t4242\tunreadable');

it('gone-rows: with them the engine would pass the limit', () => {
  expect(judged(GONE_ROWS)).toBe(
    lines(`
      inconclusive (gone-rows)
      sglang server: inconclusive, holds at least 1536 on 3B [3B 1536], gone-rows; the seed reads 1536: pass
      3B: used 22025 = engine tp0 1536 + gone killed 20480 + no process 9`),
  );
});

it('gone rows that would fit below the limit change nothing, and are in the ledger', () => {
  expect(judged(beside(2072))).toBe(
    lines(`
      pass
      sglang server: pass, holds 1000 on 3B [3B 1000, 41 1000]; the seed reads 1000: pass
      3B: used 3081 = engine tp0 1000 + gone pid 4242 2072 + no process 9
      41: used 1009 = engine tp1 1000 + no process 9`),
  );
  expect(verdictLines(beside(2073))).toContain('inconclusive (gone-rows)');
});

it('gone rows without a number may be anything', () => {
  const text = beside('[N/A]')
    .replace('gpu 3B:00.0', '#')
    .concat('\ngpu 3B:00.0 "H100" total 81559 reserved 479 used 1009');
  const ordered = text
    .split('\n')
    .toSorted((left) => (left.startsWith('gpu 3B') ? -1 : 0))
    .join('\n');
  expect(verdictLines(ordered)).toContain('inconclusive (gone-rows)');
});

it('gone rows on a bus of which the engine has none are not its own', () => {
  const text = `${holding(1000)}\ngpu 41:00.0 "H100" total 81559 reserved 479 used sum+9\ngone 4242 on 41:00.0 30000`;
  expect(judged(text)).toBe(
    lines(`
      pass
      sglang server: pass, holds 1000 on 3B [3B 1000]; the seed reads 1000: pass
      3B: used 1009 = engine tp0 1000 + no process 9
      41: used 30009 = gone pid 4242 30000 + no process 9`),
  );
});

it('a gone pid once seen in the tree is added to it: below the limit a pass, above it a fail', () => {
  const later = (mib: number): string => `${holding(1000)}\ngone tp1 on 3B:00.0 ${mib}`;
  const before = (mib: number): { before: { text: string }[] } => ({ before: [{ text: holdingTwo(1000, mib) }] });
  expect(judged(later(500), before(500))).toBe(
    lines(`
      pass
      sglang server: pass, holds 1500 on 3B [3B 1500]; the seed reads 1000: pass
      3B: used 1509 = engine tp0 1000 + gone tp1 500 + no process 9`),
  );
  expect(judged(later(30000), before(30000))).toBe(
    lines(`
      fail
      sglang server: fail, holds 31000 on 3B [3B 31000]; the seed reads 1000: pass
      3B: used 31009 = engine tp0 1000 + gone tp1 30000 + no process 9`),
  );
});

it('also on a bus where nothing else of the engine is left', () => {
  const after = overTwoGpus()
    .replace(/ {2}process tp1.*\n/, '')
    .concat('\ngone tp1 on 41:00.0 30000');
  expect(verdictLines(after, { before: [{ text: overTwoGpus(30000) }] })).toBe(
    lines(`
      fail
      sglang server: fail, holds 30000 on 41 [3B 1000, 41 30000]; the seed reads 1000: pass`),
  );
});

it('a pid that another process has meanwhile is not the one that the rows mean', () => {
  // It started a second after the rows were read: these are the rows of its predecessor.
  const reused = (start: number): string =>
    `${holding(1000)}  process young "sglang::scheduler_TP1" pid 5000 start ${start} on 3B:00.0 20000`;
  expect(judged(reused(100_000_200))).toBe(
    lines(`
      inconclusive (gone-rows)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], gone-rows; the seed reads 21000: fail
      3B: used 21009 = engine tp0 1000 + gone young 20000 + no process 9`),
  );
  expect(verdictLines(reused(99_000_000))).toContain('fail');
});

it('proc-incomplete: a row of a process that may not be seen, on a bus of the engine', () => {
  expect(judged(beside(20000), { sample: { edit: ofAnotherUser } })).toBe(
    lines(`
      inconclusive (proc-incomplete)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000, 41 1000], proc-incomplete; the seed reads 1000: pass
      3B: used 21009 = engine tp0 1000 + process pid 4242 20000 + no process 9
      41: used 1009 = engine tp1 1000 + no process 9`),
  );
  expect(verdictLines(beside(100), { sample: { edit: ofAnotherUser } })).toContain('pass');
});

it('gone and hidden rows are counted together: each alone would fit', () => {
  const text = `${beside(1500)}\ngone 4343 on 3B:00.0 1500`;
  expect(verdictLines(text, { sample: { edit: ofAnotherUser }, limit: fromMiB(3000) })).toContain(
    'inconclusive (proc-incomplete, gone-rows)',
  );
  expect(verdictLines(text, { sample: { edit: ofAnotherUser }, limit: fromMiB(4000) })).toContain('pass');
});

const MOVES = (to: number): string => holding('1000', `1009 then ${1009 + to}`);

it('moving: what arrived after the rows were read would pass the limit', () => {
  expect(judged(MOVES(3000), { closing: { step: 1 } })).toBe(
    lines(`
      inconclusive (moving)
      sglang server: inconclusive, holds 1000 on 3B [3B 1000], moving; the seed reads 1000: pass
      3B: used 1009 = engine tp0 1000 + no process ~9`),
  );
});

it('a rise that the limit has room for leaves the verdict, and the rest judges nothing', () => {
  expect(judged(MOVES(2000), { closing: { step: 1 } })).toBe(
    lines(`
      pass
      sglang server: pass, holds 1000 on 3B [3B 1000]; the seed reads 1000: pass
      3B: used 1009 = engine tp0 1000 + no process ~9`),
  );
});

it('a rise of one MiB is rounding', () => {
  expect(judged(holding('3072', '3081 then 3082'), { closing: { step: 1 } })).toContain('no process 9');
  expect(judged(holding('3072', '3081 then 3082'), { closing: { step: 1 } })).toContain('pass');
});

it('a fall keeps the verdict of the sample, and is moving', () => {
  expect(judged(holding('1000', '40009 then 1009'), { closing: { step: 1 } })).toBe(
    lines(`
      pass
      sglang server: pass, holds 1000 on 3B [3B 1000]; the seed reads 1000: pass
      3B: used 40009 = engine tp0 1000 + no process ~39009`),
  );
  expect(verdictLines(holding('30000', '30009 then 1009'), { closing: { step: 1 } })).toContain('fail');
});

it('a rise and a gone row count together', () => {
  const text = `${holding('1000', '2509 then 3609')}\ngone 4242 on 3B:00.0 1500`;
  expect(verdictLines(text, { closing: { step: 1 } })).toContain('inconclusive (gone-rows, moving)');
});

const TWO_COLUMNS = 'smi refuse gpu_bus_id';
const ONE_GPU = (mib: number): string => `${holding(mib)}\n${TWO_COLUMNS}`;

it('no-bus-column: the sum over all GPUs is within the limit, so each GPU is', () => {
  expect(judged(`${DP_CONTROLLER}\n${TWO_COLUMNS}`, { limit: fromMiB(3440) })).toBe(
    lines(`
      pass (no-bus-column)
      sglang server: pass, holds 3440 on no-bus [no-bus 3440], no-bus-column; the seed reads 3440: pass
      3B: used 1749 = no process ?
      41: used 1711 = no process ?`),
  );
});

it('no-bus-column: above the limit it may still be within it on each of several GPUs', () => {
  expect(verdictLines(`${DP_CONTROLLER}\n${TWO_COLUMNS}`, { limit: fromMiB(3439) })).toBe(
    lines(`
      inconclusive (no-bus-column)
      sglang server: inconclusive, holds 3440 on no-bus [no-bus 3440], no-bus-column; the seed reads 3440: fail`),
  );
});

it('no-bus-column: with one GPU the sum is that GPU', () => {
  expect(verdictLines(ONE_GPU(1000))).toContain('pass (no-bus-column)');
  expect(verdictLines(ONE_GPU(4000))).toBe(
    lines(`
      fail (no-bus-column)
      sglang server: fail, holds 4000 on no-bus [no-bus 4000], no-bus-column; the seed reads 4000: fail`),
  );
});

it('no-bus-column: a second GPU that does not answer is still a second GPU', () => {
  const edit = (line: string): string[] | undefined =>
    line.startsWith('bus\t') ? [line, 'bus\t0000:41:00.0'] : undefined;
  expect(verdictLines(ONE_GPU(4000), { sample: { edit }, closing: {} })).toContain(
    'inconclusive (device-unreadable, no-bus-column)',
  );
});

it('no-bus-column with another reason is no pass', () => {
  const partial = `${holdingTwo(1000, '[N/A]', '2000')}\n${TWO_COLUMNS}`;
  expect(verdictLines(partial)).toContain('inconclusive (partial-row, no-bus-column)');
  expect(verdictLines(`${ONE_GPU(1000)}\ngone 4242 on 3B:00.0 9000`)).toContain(
    'inconclusive (no-bus-column, gone-rows)',
  );
});

it('no-bus-column and moving: what arrived on any GPU may be the engine', () => {
  const grows = (then: number): string => `${holding(1000, `1009 then ${then}`)}smi refuse gpu_bus_id`;
  const closing = { step: 1 };
  expect(verdictLines(grows(4000), { closing })).toBe(
    lines(`
      inconclusive (no-bus-column, moving)
      sglang server: inconclusive, holds 1000 on no-bus [no-bus 1000], no-bus-column, moving; the seed reads 1000: pass`),
  );
  expect(verdictLines(grows(2000), { closing })).toMatch(/^pass \(no-bus-column\)\n/);
});

/** TP1 lives and has no row; the other GPU has memory that nobody is listed for. */
const silent = (used: number | string): string =>
  overTwoGpus()
    .replace(' on 41:00.0 1000', '')
    .replace(/(gpu 41.*used) sum\+9/, `$1 ${used}`);

it('unlisted-memory: a rank without a row, and what nobody is listed for would pass the limit', () => {
  expect(judged(silent(49_011))).toBe(
    lines(`
      inconclusive (unlisted-memory)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], unlisted-memory; the seed reads 1000: pass
      3B: used 1009 = engine tp0 1000 + no process 9
      41: used 49011 = no process 49011`),
  );
  expect(verdictLines(silent('[N/A]'))).toContain('inconclusive (unlisted-memory)');
});

it('a rank without a row may be one that has nothing, where there is nothing to be had', () => {
  expect(verdictLines(silent(3_072))).toContain('sglang server: pass');
  expect(verdictLines(silent(3_073))).toContain('sglang server: inconclusive');
});

it("memory that nobody is listed for, with every rank listed, is not the engine's", () => {
  const text = overTwoGpus().replace(/(gpu 41.*used) sum\+9/, '$1 50000');
  expect(verdictLines(text)).toContain('sglang server: pass');
});

it('a rank without a row takes no fail back', () => {
  const text = silent(49_011).replace('on 3B:00.0 1000', 'on 3B:00.0 4000');
  expect(verdictLines(text)).toContain('sglang server: fail, holds at least 4000');
});

it('a rank without a row, where no bus is known: then all GPUs are one', () => {
  expect(verdictLines(`${silent(49_011)}\n${TWO_COLUMNS}`)).toContain('inconclusive (no-bus-column, unlisted-memory)');
  expect(verdictLines(`${silent(1_000)}\n${TWO_COLUMNS}`)).toContain('sglang server: pass');
});

it('a rank without a row, whose memory comes until the closing reading', () => {
  expect(verdictLines(silent('9 then 40009'), { closing: { step: 1 } })).toContain('inconclusive (unlisted-memory)');
});

it('a rank without a row, where rows may be listed twice: only the largest of them is sure to be of others', () => {
  const twice = (used: number, first: number, second: number): string =>
    `${silent(used)}
process job "python job.py" on 41:00.0 ${first}
process child "python job.py" on 41:00.0 ${second}`;
  // 30,000 MiB that two processes share, and 5,000 of the rank: the rows come to 60,000 of 35,011.
  expect(judged(twice(35_011, 30_000, 30_000))).toBe(
    lines(`
      inconclusive (unlisted-memory)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], unlisted-memory; the seed reads 1000: pass
      3B: used 1009 = engine tp0 1000 + no process 9
      41: used 35011 = process job 30000 + process child 30000 + no process -24989`),
  );
  expect(verdictLines(twice(3_072, 3_000, 3_000))).toContain('sglang server: pass');
  // Nor do rows that come to no more than what is used say that none of them is listed twice.
  expect(verdictLines(twice(35_011, 20_000, 15_000))).toContain('inconclusive (unlisted-memory)');
  expect(verdictLines(twice(23_072, 20_000, 3_000))).toContain('sglang server: pass');
});

it('whole-gpu: the card of a rank without a row may be any on which memory is listed for nobody', () => {
  const card = (used: number | string): string => verdictLines(silent(used), { policy: 'whole-gpu' });
  expect(card(49_011)).toBe(
    lines(`
      inconclusive (unlisted-memory)
      sglang server: inconclusive, holds at least 1009 on 3B [3B 1009], unlisted-memory; the seed reads 1009: pass`),
  );
  expect(card(7_169)).toContain('inconclusive');
  expect(card(7_168)).toContain('sglang server: pass');
  expect(card('[N/A]')).toContain('inconclusive');
  const job = `${silent(49_011)}\nprocess job "python job.py" on 41:00.0 49000`;
  expect(verdictLines(job, { policy: 'whole-gpu' })).toContain('sglang server: pass');
});

it('a rank without a row, where only one that has ended is listed, is silent as well', () => {
  const before = { before: [{ text: holdingTwo(1000, 500) }] };
  const after = holding('', '40009')
    .replace(/ on 3B:00\.0\s*$/m, '')
    .concat('\ngone tp1 on 3B:00.0 500');
  expect(verdictLines(after, before)).toBe(
    lines(`
      inconclusive (unlisted-memory)
      sglang server: inconclusive, holds at least 500 on 3B [3B 500], unlisted-memory; the seed measures nothing: skip`),
  );
});
