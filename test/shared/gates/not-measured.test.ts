// What keeps a verdict from being given: the driver, the process table, the PID namespace. Never a pass, never a 0.
import { expect, it } from 'vitest';
import { judged, lines, verdictLines } from '../../kit/judged.ts';
import { EMPTY_NODE, VLLM_ON_RAY } from '../../kit/scenarios.ts';
import { answers, drop, holding, neverAnswers, overTwoGpus, replace } from './small-nodes.ts';

/** An engine of which nothing could be measured, for this reason. */
const nothing = (code: string, more = code): string =>
  lines(`
    inconclusive (${more})
    sglang server: inconclusive, holds at least 0 [], ${more}; the seed measures nothing: skip`);

it('smi-missing', () => {
  expect(verdictLines(`${holding(1000)}\nsmi missing`)).toBe(nothing('smi-missing'));
});

it('driver-missing', () => {
  expect(verdictLines(`node gpu-01 driver none\n${holding(1000)}`)).toBe(nothing('driver-missing'));
});

it('driver-missing, said by nvidia-smi itself with exit code 9', () => {
  const text = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.";
  const edit = answers('usage', [text], 9);
  expect(verdictLines(holding(1000), { sample: { edit } })).toBe(nothing('driver-missing'));
});

it('smi-failed: the usage query failed, the devices are known', () => {
  const edit = answers('usage', ['Failed to initialize NVML: Driver/library version mismatch'], 18);
  expect(judged(holding(1000), { sample: { edit } })).toBe(`${nothing('smi-failed')}\n3B: used 1009 = no process ?`);
});

it('smi-failed: the devices query failed, so the seed alone has a number', () => {
  const edit = answers('devices', ['Failed to initialize NVML: Unknown Error'], 255);
  expect(judged(holding(1000), { sample: { edit } })).toBe(
    lines(`
      inconclusive (smi-failed)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], smi-failed; the seed reads 1000: pass`),
  );
});

it('smi-failed: a line that is no row may be a process of the engine, so a small sum does not pass', () => {
  const edit = answers('usage', ['00000000:3B:00.0, 4008, 1000', 'a forged, line'], 0);
  expect(judged(holding(1000), { sample: { edit } })).toBe(
    lines(`
      inconclusive (smi-failed)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], smi-failed; the seed reads 1000: pass
      3B: used 1009 = engine tp0 1000 + no process ?`),
  );
});

it('smi-timeout: the usage query was cancelled', () => {
  expect(verdictLines(holding(1000), { sample: { edit: neverAnswers('usage') } })).toBe(nothing('smi-timeout'));
});

it('smi-timeout: an nvidia-smi that was cancelled before is still stuck, so none was started', () => {
  const edit = (line: string): readonly string[] | undefined =>
    line.startsWith('bus\t')
      ? ['hung\t4242\t99\tD\tnvidia_ioctl', 'skip\tsmi-timeout']
      : (drop(/^(call|out|done)\t/)(line) as readonly string[] | undefined);
  expect(verdictLines(holding(1000), { sample: { edit } })).toBe(nothing('smi-timeout'));
});

it.each([
  ['neither', /^(call|out|done)\t/],
  ['devices alone', /^(call|done)\tusage|^out\t00000000:3B:00.0, \d+, /],
])(
  'smi-failed: a frame that ended well and holds %s of the answers is not a node where nothing is held',
  (_what, lost) => {
    expect(verdictLines(holding(1000), { sample: { edit: drop(lost) } })).toBe(nothing('smi-failed'));
  },
);

it('smi-failed: a closing reading that was never answered', () => {
  expect(verdictLines(holding(1000), { closing: { edit: drop(/^(call|out|done)\t/) } })).toBe(
    lines(`
      inconclusive (smi-failed)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], smi-failed; the seed reads 1000: pass`),
  );
});

it.each([
  ['failed', 'smi-failed', answers('devices', ['Unknown Error'], 255)],
  ['timed out', 'smi-timeout', neverAnswers('devices')],
])('a closing reading that %s proves nothing about the sample', (_how, code, edit) => {
  expect(verdictLines(holding(1000), { closing: { edit } })).toBe(
    lines(`
      inconclusive (${code})
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], ${code}; the seed reads 1000: pass`),
  );
});

it('a failure of the closing reading does not take a fail back', () => {
  expect(verdictLines(holding(4000), { closing: { edit: answers('devices', ['Unknown Error'], 255) } })).toBe(
    lines(`
      fail (smi-failed)
      sglang server: fail, holds at least 4000 on 3B [3B 4000], smi-failed; the seed reads 4000: fail`),
  );
});

const unreadable = lines(`
  inconclusive (device-unreadable)
  sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], device-unreadable; the seed reads 1000: pass`);

it.each([
  ['every cell of a GPU is [GPU is lost]', overTwoGpus(), 'smi row 41:00.0 lost'],
  ['the process list of a GPU is refused', overTwoGpus(), 'smi processes 41:00.0 [Insufficient Permissions]'],
  ['the process list of a GPU is unknown', overTwoGpus(), 'smi processes 41:00.0 [Unknown Error]'],
])('device-unreadable: %s', (_what, text, smi) => {
  expect(verdictLines(`${text}\n${smi}`)).toBe(unreadable);
});

it('device-unreadable: a GPU that the node has is in neither answer', () => {
  const edit = drop(/^out\t00000000:41/);
  expect(verdictLines(overTwoGpus(), { sample: { edit }, closing: { edit } })).toBe(unreadable);
});

it('device-unreadable: rows name a bus that the device query does not have', () => {
  const edit = drop(/^bus\t|^out\t00000000:41:00.0, GPU/);
  expect(verdictLines(overTwoGpus(), { sample: { edit }, closing: { edit } })).toBe(
    lines(`
      inconclusive (device-unreadable)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000, 41 1000], device-unreadable; the seed reads 1000: pass`),
  );
});

it('device-unreadable: a GPU falls off between the sample and the closing reading', () => {
  expect(verdictLines(overTwoGpus(), { closing: { edit: drop(/^bus\t|^out\t00000000:41/) } })).toContain(
    'inconclusive (device-unreadable)',
  );
});

it('device-unreadable: a GPU that only the closing reading has', () => {
  const sample = { edit: drop(/^bus\t|^out\t00000000:41/) };
  expect(verdictLines(overTwoGpus(), { sample, closing: {} })).toBe(unreadable);
});

it('device-unreadable: the closing reading has no number where the sample had one', () => {
  const closing = { edit: replace(/^(out\t00000000:3B:00.0, .*), \d+, \d+$/, '$1, [N/A], [N/A]') };
  expect(verdictLines(holding(1000), { closing })).toBe(unreadable);
});

it('device-unreadable: asked one GPU at a time, one does not answer about its processes', () => {
  const answered = 'out\t00000000:3B:00.0, 4008, 1000';
  const edit = (line: string): readonly string[] | undefined => {
    if (/^out\t00000000:\w\w:00.0, \d+, /.test(line)) return [];
    if (!line.startsWith('done\tusage')) return undefined;
    return [
      'out\tUnable to determine the device handle for GPU0000:41:00.0: GPU is lost.',
      line.replace(/^(done\tusage\t)0/, '$115'),
      'call\tusage@0\t100000020\tnvidia-smi -i 0',
      answered,
      'done\tusage@0\t0\t100000022',
      'call\tusage@1\t100000022\tnvidia-smi -i 1',
      'done\tusage@1\t15\t100000024',
    ];
  };
  expect(verdictLines(overTwoGpus(), { sample: { edit } })).toBe(
    lines(`
      inconclusive (device-unreadable)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], device-unreadable; the seed measures nothing: skip`),
  );
});

it.each(['inner', 'unknown'])('pid-namespace: %s; not even a large number fails there', (namespace) => {
  const edit = replace(/^(node\tpidNamespace\t).*/, `$1${namespace}`);
  expect(verdictLines(holding(40000), { sample: { edit } })).toBe(
    lines(`
      inconclusive (pid-namespace)
      sglang server: inconclusive, holds at least 40000 on 3B [3B 40000], pid-namespace; the seed reads 40000: fail`),
  );
});

it('proc-incomplete: a scan that did not reach its end may have missed a scheduler', () => {
  expect(verdictLines(holding(1000), { sample: { edit: drop(/^scan\t/) } })).toBe(
    lines(`
      inconclusive (proc-incomplete)
      sglang server: inconclusive, holds at least 1000 on 3B [3B 1000], proc-incomplete; the seed reads 1000: pass`),
  );
});

it('proc-incomplete: nobody is in the process table, so nobody is judged', () => {
  const edit = drop(/^(scan|proc|fact)\t/);
  expect(verdictLines(holding(1000), { sample: { edit } })).toBe('inconclusive (proc-incomplete, engine-not-found)');
});

it('proc-incomplete, with the root named: the seed reads the root alone', () => {
  const root = { rootPid: 'server', sample: { edit: drop(/^(scan|proc|fact)\t/) } };
  const onRoot = holding(1000).replace('--port 30000"', '--port 30000" on 3B:00.0 500');
  expect(verdictLines(onRoot, root)).toContain('the seed reads 500: pass');
  expect(verdictLines(onRoot, root)).toContain('inconclusive');
});

it('tree-incomplete: vLLM on Ray holds its memory in workers outside the tree', () => {
  expect(judged(VLLM_ON_RAY)).toBe(
    lines(`
      inconclusive (no-tree-row, tree-incomplete)
      vllm server: inconclusive, holds at least 0 [], no-tree-row, tree-incomplete; the seed measures nothing: skip
      3B: used 2057 = process worker0 2048 + no process 9
      41: used 2051 = process worker1 2040 + no process 11`),
  );
});

it('tree-incomplete: a small engine core beside Ray workers does not pass', () => {
  const text = VLLM_ON_RAY.replace('"VLLM::EngineCore"', '"VLLM::EngineCore" on 3B:00.0 500');
  expect(verdictLines(text)).toBe(
    lines(`
      inconclusive (tree-incomplete)
      vllm server: inconclusive, holds at least 500 on 3B [3B 500], tree-incomplete; the seed reads 500: pass`),
  );
});

it('engine-not-found: an empty node is no pass', () => {
  expect(judged(EMPTY_NODE)).toBe(
    lines(`
      inconclusive (engine-not-found)
      3B: used 0 = no process 0
      41: used 0 = no process 0`),
  );
});

it('engine-not-found comes with what the node could not say', () => {
  expect(verdictLines(`${EMPTY_NODE}\nsmi missing`)).toBe('inconclusive (smi-missing, engine-not-found)');
});
