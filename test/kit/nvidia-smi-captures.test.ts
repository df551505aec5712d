// The stand-in prints byte for byte what the real tool printed, wherever a capture of it is at hand.
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureNames, capturedCalls, captureText, hasCaptures, type CapturedCall } from './capture-text.ts';
import { startNode, type FakeNode } from './fake-node.ts';
import { runCommand } from './run-command.ts';

/** What the library under the real tool was told to hold, in the words of a scenario. */
const GPU = (bus: string, used: string): string => `gpu ${bus} "G" total 81559 reserved 551 used ${used}\n`;
const THREE = GPU('3B:00.0', '100') + GPU('AF:00.0', '200') + GPU('D8:00.0', '300');
const THREE_BUSY =
  `${THREE}process a "a" pid 1001 on 3B:00.0 50\nprocess b "b" pid 1002 on AF:00.0 100\n` +
  'process c "c" pid 1003 on D8:00.0 150\n';
const memory = (cell: string): string =>
  GPU('3B:00.0', '100') + `gpu AF:00.0 "G" total ${cell} reserved ${cell} used ${cell}\n`;
const STATES: Readonly<Record<string, string>> = {
  nogpu: `${THREE}smi fails no-devices`,
  init9: `${THREE}smi fails no-driver`,
  init18: `${THREE}smi fails mismatch`,
  init15: `${THREE}smi fails lost`,
  init4: `${THREE}smi fails permissions`,
  init999: `${THREE}smi fails unknown-error`,
  init17: `${THREE}smi fails blocked`,
  init12: `${THREE}smi fails no-library`,
  handle15: `${THREE_BUSY}smi handle AF:00.0 lost`,
  handle999: `${THREE_BUSY}smi handle AF:00.0 unknown-error`,
  handle4: `${THREE_BUSY}smi handle AF:00.0 permissions`,
  handle17: `${THREE_BUSY}smi handle AF:00.0 blocked`,
  lost: `${THREE_BUSY}smi row AF:00.0 lost`,
  procs3: `${THREE_BUSY}smi processes AF:00.0 [N/A]`,
  procs4: `${THREE_BUSY}smi processes AF:00.0 [Insufficient Permissions]`,
  procs999: `${THREE_BUSY}smi processes AF:00.0 [Unknown Error]`,
  procs15: `${THREE_BUSY}smi processes AF:00.0 [GPU is lost]`,
  mem3: memory('[N/A]'),
  mem4: memory('[Insufficient Permissions]'),
  mem999: memory('[Unknown Error]'),
  mem15: memory('[GPU is lost]'),
};

/** The captures' pids 1, 2, 3 are init and its like here, so the stand-in plays 1001, 1002, 1003. */
function expected(call: CapturedCall): string {
  const processes = call.arguments.some((each) => each.startsWith('--query-compute-apps'));
  const pids = processes ? call.out.replace(/^([0-9A-F:.]+, )(\d)(, )/gm, '$1100$2$3') : call.out;
  // The library of the captures gave no bus with a failing handle, so the tool named its index; real ones name the bus.
  return pids.replace(/(device handle for GPU ?)1:/, '$10000:AF:00.0:');
}

/** Bytes of a capture as a scenario writes them. */
const escaped = (text: string): string =>
  text.replace(/[^ -~]|["\\]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

const withoutTime = (text: string): string => text.replace(/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{3}/g, 'TIME');

// Without the captures there is nothing to compare with; nvidia-smi.test.ts holds what is always compared.
describe.runIf(hasCaptures())('captures of the real tool', () => {
  const state: { node: FakeNode | undefined } = { node: undefined };
  beforeAll(async () => {
    state.node = await startNode('node n driver 550.54.15', { processes: 'foreign', cleanup: 'manual' });
  });
  afterAll(() => state.node?.stop());

  /** Plays the calls and gives those that did not print what the capture holds. */
  const differences = async (scenario: string, calls: readonly CapturedCall[]): Promise<unknown[]> => {
    const { node } = state;
    if (node === undefined) throw new Error('the node did not start');
    await node.set(scenario);
    // A capture that could not be read must not look like one that agrees.
    if (calls.length === 0) throw new Error('no call was read from the capture');
    const found: unknown[] = [];
    for (const call of calls) {
      const seen = await runCommand('nvidia-smi', call.arguments, node.env);
      const wanted = { code: call.code, out: withoutTime(expected(call)), err: '' };
      const got = { ...seen, out: withoutTime(seen.out) };
      if (!isDeepStrictEqual(got, wanted)) found.push({ arguments: call.arguments, got, wanted });
    }
    return found;
  };

  describe.each(captureNames('smi-binary-x-mock', /^failures\./))('%s', (name) => {
    const driver = /(\d+\.[\d.]+\d)\.txt$/.exec(name)?.[1];
    const calls = capturedCalls(captureText(name));
    it.each([...new Set(calls.map((call) => call.state))])('%s', async (which = '') => {
      const scenario = STATES[which];
      expect(scenario, `state ${which} of the capture is not described here`).toBeDefined();
      const found = await differences(
        `node n driver ${driver}\n${scenario}`,
        calls.filter((call) => call.state === which),
      );
      expect(found).toEqual([]);
    });
  });

  it.each(captureNames('smi-binary-x-mock', /^compute-apps\./))('%s', async (name) => {
    const driver = /(\d+\.[\d.]+\d)\.txt$/.exec(name)?.[1];
    const calls = capturedCalls(captureText(name));
    // What the library held is read off the first answer; that all answers follow from it is what is tested.
    const rows = (calls[0]?.out ?? '')
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(', '));
    const gpu = (bus: string, index: number, used: number): string =>
      `gpu ${bus} "NVIDIA H100 80GB HBM3" total 81559 reserved 551 used ${used} serial ${1650123010000 + index} ` +
      `uuid GPU-0000000${index}-1111-2222-3333-44444444000${index} free ${[41008, 81008, 80108][index]}\n`;
    const wide = driver?.startsWith('340') === true ? '0000' : '0001';
    const processes = rows.map(([, , bus, , , pid, title, used], at) => {
      const cell = used?.startsWith('[') === true ? '[N/A]' : used?.replace(' MiB', '');
      // A process without a command line is the one that the tool has no name for.
      const text = title === '[Not Found]' ? '' : escaped(title ?? '');
      return `process p${at} "${text}" title pid ${pid} on ${bus} ${cell}\n`;
    });
    const gpus = gpu('3B:00.0', 0, 40000) + gpu('AF:00.0', 1, 0) + gpu(`${wide}0000:01:00.0`, 2, 900);
    expect(await differences(`node n driver ${driver}\n${gpus}${processes.join('')}`, calls)).toEqual([]);
  });

  it.each(captureNames('.', /^linux-(?!.*mig).*compute-apps/))('%s', async (name) => {
    const [, command = '', ...out] = captureText(name).split('\n');
    const rows = out.slice(1, -1).map((line) => line.split(', '));
    // Cards for the desktop have no serial number to tell.
    const serial = rows[0]?.[3] ?? '0000000000000';
    const devices = readRows(name.replace('compute-apps', 'query-gpu'), serial).join('');
    const processes = rows.map(
      ([, , bus, , , pid, title, used], at) =>
        `process p${at} "${title}" title pid ${pid} on ${bus} ${used?.replace(' MiB', '')}\n`,
    );
    const call = { state: undefined, arguments: command.split(' ').slice(3), out: out.join('\n'), code: 0 };
    expect(await differences(`node n driver ${driverOf(name)}\n${devices}${processes.join('')}`, [call])).toEqual([]);
  });

  it.each(captureNames('.', /^linux-(?!.*mig).*query-gpu/))('%s', async (name) => {
    const [, , header = '', ...rows] = captureText(name).split('\n');
    const fields = header.split(', ').map((field) => field.replace(/ \[.*/, ''));
    // Load and settings of the card are not what the stand-in plays.
    const kept = fields.flatMap((field, at) =>
      /^(utilization|persistence|compute_mode|mig|protected)/.test(field) ? [] : [at],
    );
    const cut = (line: string): string => kept.map((at) => line.split(', ')[at]).join(', ');
    const out = [header, ...rows.filter((line) => line !== '')].map((line) => `${cut(line)}\n`).join('');
    const query = `--query-gpu=${kept.map((at) => fields[at]).join(',')}`;
    const call = { state: undefined, arguments: [query, '--format=csv'], out, code: 0 };
    expect(await differences(`node n driver ${driverOf(name)}\n${readRows(name).join('')}`, [call])).toEqual([]);
  });
});

const driverOf = (name: string): string => /__(\d+\.[\d.]+\d)\./.exec(name)?.[1] ?? 'none';

/** gpu lines of a scenario from a captured --query-gpu. */
function readRows(name: string, serial = '0000000000000'): string[] {
  const [, , header = '', ...rows] = captureText(name).split('\n');
  const fields = header.split(', ').map((field) => field.replace(/ \[.*/, ''));
  return rows
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split(', ');
      const cell = (field: string): string => (cells[fields.indexOf(field)] ?? '').replace(' MiB', '');
      const sizes = ['total', 'reserved', 'used', 'free'].map((key) => `${key} ${cell(`memory.${key}`)}`).join(' ');
      return `gpu ${cell('pci.bus_id')} "${cell('name')}" ${sizes} uuid ${cell('uuid')} serial ${serial}\n`;
    });
}
