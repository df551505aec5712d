// The ledger of a GPU: its parts add up to used, the rest keeps its sign, and what cannot be told is not told.
import { expect, it } from 'vitest';
import { judged, lines } from '../../kit/judged.ts';
import { MILES_SPAWN_STUB, ORPHAN_BESIDE_SLEEPING, VERL_HTTP_ACTOR } from '../../kit/scenarios.ts';

const ledger = (text: string, asked = {}): string =>
  judged(text, asked)
    .split('\n')
    .filter((line) => /^[0-9A-F:]+: used/.test(line))
    .join('\n');
const gpu = (used: string, bus = '3B:00.0', reserved = '479'): string =>
  `gpu ${bus} "NVIDIA H100 80GB HBM3" total 81559 reserved ${reserved} used ${used}\n`;

it('names engines, trainers and what belongs to no process', () => {
  expect(ledger(MILES_SPAWN_STUB)).toBe(
    lines(`
      3B: used 40661 = engine tp0 1740 + trainer train0 38912 + no process 9
      41: used 40615 = engine tp1 1700 + trainer train1 38904 + no process 11`),
  );
});

it('names orphans apart from engines, and a trainer beside the actor that serves', () => {
  expect(ledger(ORPHAN_BESIDE_SLEEPING)).toBe('3B: used 32265 = engine tp0 1536 + orphan left 30720 + no process 9');
  expect(ledger(VERL_HTTP_ACTOR)).toBe('3B: used 26325 = engine tp0 1740 + trainer train0 24576 + no process 9');
});

it('names every other process by itself, and all processes of an engine together', () => {
  const text = `${gpu('sum+9')}
process other "python train.py" on 3B:00.0 100
process desktop "/usr/bin/Xorg" on 3B:00.0 40
process server "sglang serve --port 30000" on 3B:00.0 300
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1000`;
  expect(ledger(text)).toBe(
    '3B: used 1449 = process other 100 + process desktop 40 + engine server+tp0 1300 + no process 9',
  );
});

it('adds rows that come twice for one pid on one bus, as under MIG', () => {
  const text = `${gpu('sum+59')}process a "python job.py" on 3B:00.0 100 on 3B:00.0 200`;
  expect(ledger(text)).toBe('3B: used 359 = process a 300 + no process 59');
});

it('is negative where shared memory is listed under two pids', () => {
  const text = `${gpu('1200')}
process server "sglang serve --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 1000
  process tp1 "sglang::scheduler_TP1" on 3B:00.0 1000`;
  expect(ledger(text)).toBe('3B: used 1200 = engine tp0+tp1 2000 + no process -800');
});

it('has no rest where a part is unknown, and shows the parts that are known', () => {
  const text = `${gpu('5000')}
process a "python a.py" on 3B:00.0 [N/A]
process b "python b.py" on 3B:00.0 300`;
  expect(ledger(text)).toBe('3B: used 5000 = process a ? + process b 300 + no process ?');
});

it('has no rest where the process list or used is unknown', () => {
  expect(ledger(`${gpu('500')}smi processes 3B:00.0 [Unknown Error]`)).toBe('3B: used 500 = no process ?');
  expect(ledger(`${gpu('[N/A]')}process a "python a.py" on 3B:00.0 300`)).toBe(
    '3B: used ? = process a 300 + no process ?',
  );
});

it('has no rest on any GPU while a row may belong to a GPU that is lost', () => {
  expect(ledger(`${gpu('500')}${gpu('600', '41:00.0')}smi row 41:00.0 lost`)).toBe('3B: used 500 = no process ?');
});

it('keeps two GPUs apart whose buses differ only in the domain', () => {
  const text = `${gpu('sum+1', '0000:07:00.0')}${gpu('sum+2', '10000:07:00.0')}
process a "python a.py" on 10000:07:00.0 300`;
  expect(ledger(text)).toBe('07: used 1 = no process 1\n00010000:07: used 302 = process a 300 + no process 2');
});

it('takes a driver before 510 as it is: used holds the reserve, and the rest says so', () => {
  const text = `node old driver 470.57.02\n${gpu('sum+9')}process a "python a.py" on 3B:00.0 300`;
  expect(ledger(text)).toBe('3B: used 788 = process a 300 + no process 488');
});

it('marks the rest of a bus that moved until the next reading, with its sign', () => {
  const text = `${gpu('309 then 100')}process a "python a.py" on 3B:00.0 300`;
  expect(ledger(text, { closing: { step: 1 } })).toBe('3B: used 309 = process a 300 + no process ~9');
});

it('says the same of the same node, and of a zombie that still holds memory', () => {
  const text = `${gpu('sum+9')}process z "python a.py" state Z on 3B:00.0 300`;
  expect(ledger(text)).toBe('3B: used 309 = process z 300 + no process 9');
  expect(ledger(text)).toBe(ledger(text));
});
