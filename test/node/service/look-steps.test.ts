// The lines of the checklist that a first look fills in, for nodes that are well and nodes that are not.
import { describe, expect, it } from 'vitest';
import { enginesStep, snapshotSteps } from '../../../node/service/look-steps.ts';
import { detectEngines } from '../../../shared/engines/detect.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import { snapshotOf, type Edit } from '../../kit/frame-text.ts';
import { ASLEEP_CLEAN, EMPTY_NODE, ORPHAN_BESIDE_SLEEPING, TWO_ENGINES_ONE_LEAKS } from '../../kit/scenarios.ts';

/** `state: text → next` of one step. */
function line(step: string, text: string, edit?: Edit): string {
  const snapshot = snapshotOf(text, edit === undefined ? {} : { edit });
  const engines = enginesStep(detectEngines(snapshot.processes, buildProcessTree(snapshot.processes)), 3);
  const found = [...snapshotSteps(snapshot), engines].find((each) => each.step === step);
  return `${found?.state}: ${found?.text}${found?.next === '' ? '' : ` → ${found?.next}`}`;
}

const setting =
  (key: string, value: string): Edit =>
  (each) =>
    each.startsWith(`node\t${key}\t`) ? `node\t${key}\t${value}` : undefined;

describe('driver and nvidia-smi', () => {
  it('of a node that is well', () => {
    expect(line('driver', ASLEEP_CLEAN)).toBe('ok: NVIDIA driver 550.54.15.');
    expect(line('nvidia-smi', ASLEEP_CLEAN)).toBe('ok: 1 GPU, 1 process row.');
    expect(line('nvidia-smi', EMPTY_NODE)).toBe('ok: 2 GPUs, 0 process rows.');
  });

  it('without a driver', () => {
    const text = ASLEEP_CLEAN.replace(/driver \S+/, 'driver none');
    expect(line('driver', text)).toBe(
      'failed: No NVIDIA driver is loaded on the node. → Load the NVIDIA driver, or choose a node that has one.',
    );
    expect(line('nvidia-smi', text)).toBe('skipped: Not started, because no driver is loaded.');
  });

  it.each([
    ['missing', /^failed: Nvidia-smi was not found on the node\. → Install nvidia-smi on the node/],
    ['processes 3B:00.0 [N/A]', /^warning: .*; 1 GPU could not be read whole\. → Look at the kernel log/],
    ['row 3B:00.0 lost', /^warning: .* could not be read whole\. → Look at the kernel log/],
    ['refuse gpu_bus_id', /^warning: .*cannot name the bus of a process.* → Use a newer driver/],
  ])('that is in trouble: %s', (trouble, expected) => {
    expect(line('nvidia-smi', `${ASLEEP_CLEAN}smi ${trouble}`)).toMatch(expected);
  });

  it('that fails', () => {
    const failing: Edit = (each) => each.replace(/^(done\t\S+\t)0\t/, '$118\t');
    expect(line('nvidia-smi', ASLEEP_CLEAN, failing)).toMatch(
      /^failed: Nvidia-smi failed, .*: nvidia-smi ended with exit code 18: .* → Run nvidia-smi on the node and see what it says\.$/,
    );
  });

  it('that takes long', () => {
    const slow: Edit = (each) =>
      each.replace(/^(done\tusage\t0\t)(\d+)$/, (_all, head: string, at: string) => `${head}${Number(at) + 500}`);
    expect(line('nvidia-smi', ASLEEP_CLEAN, slow)).toMatch(
      /^warning: .* took more than 3 s\. → Turn persistence mode on/,
    );
  });
});

describe('processes', () => {
  const asOwner = 'Log in as the owner of the engines, or as root.';
  it.each<[string, Edit | undefined, string | RegExp]>([
    ['all visible', undefined, /^ok: \d+ processes listed, all visible\.$/],
    [
      'hidepid',
      setting('hidepid', '2'),
      new RegExp(`^warning: .* of other users are hidden \\(/proc has hidepid=2\\)\\. → ${asOwner}$`),
    ],
    [
      'a container',
      setting('pidNamespace', 'inner'),
      /^warning: The probe runs in a container, .* → Connect to the host itself/,
    ],
    [
      'no end',
      (each) => (each.startsWith('scan\t') ? [] : undefined),
      /^failed: The process table could not be read to its end\. →/,
    ],
    [
      'some unreadable',
      (each) => each.replace(/^scan\t(\d+)\t0\t/, 'scan\t$1\t3\t'),
      new RegExp(`^warning: .*; 3 more could not be read\\. → ${asOwner}$`),
    ],
    [
      "another user's",
      (each) => each.replace(/^env\t(\d+)\t-\tread$/, 'env\t$1\t-\tunreadable'),
      new RegExp(`^warning: .* belong to another user, .* → ${asOwner}$`),
    ],
  ])('%s', (_what, edit, expected) => {
    expect(line('processes', ASLEEP_CLEAN, edit)).toMatch(expected);
  });
});

it('counts engines and orphans by kind, and warns when there is none', () => {
  expect(line('engines', TWO_ENGINES_ONE_LEAKS)).toBe('ok: Found 2 sglang engines.');
  expect(line('engines', ORPHAN_BESIDE_SLEEPING)).toBe('ok: Found 1 sglang engine, 1 sglang orphan.');
  expect(line('engines', EMPTY_NODE)).toMatch(/^warning: No inference engine was found\. → Start one, or check/);
});

it('measures each part on the clock of the node', () => {
  const [driver, smi, processes] = snapshotSteps(snapshotOf(ASLEEP_CLEAN));
  for (const each of [driver, smi, processes]) expect(each?.durationMs).toBeGreaterThanOrEqual(0);
  const unknown = snapshotSteps(
    snapshotOf(ASLEEP_CLEAN, { edit: (each) => each.replace(/^(call\tdevices\t)\d+/, '$1-') }),
  );
  expect(unknown.map(({ durationMs }) => durationMs === null)).toEqual([true, true, false]);
});
