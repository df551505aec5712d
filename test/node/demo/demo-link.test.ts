// The demo as a link: what it shows, what it answers, whom it refuses, and that nothing of it is left.
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDemoLink } from '../../../node/demo/demo-link.ts';
import type { Link, RemoteProcess } from '../../../node/link/link.ts';
import { ProbeSession } from '../../../node/probe/probe-session.ts';
import { toMiB } from '../../../shared/base/units.ts';
import { probeScript } from '../../../shared/probe/script.ts';
import { WireReader, type WireEvent } from '../../../shared/probe/wire.ts';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import { lineReader, readAll } from '../link/link-suite.ts';

const TOKEN = '00112233445566778899aabbccddeeff';
const PATTERNS = ['sglang::', 'sglang.launch_server'];

async function open(scenario: string | null = null): Promise<Link> {
  const link = await openDemoLink(scenario);
  onTestFinished(() => link.close());
  return link;
}

async function openProbe(scenario: string | null = null): Promise<ProbeSession> {
  return await ProbeSession.open(await open(scenario));
}

/** A probe that is spoken to by hand: gives the next event that is of this kind. */
async function byHand(): Promise<{ running: RemoteProcess; next: (kind: WireEvent['kind']) => Promise<WireEvent> }> {
  const running = await (await open()).run(`exec sh -s ${TOKEN}`);
  const reader = new WireReader(TOKEN);
  const chunks = running.output[Symbol.asyncIterator]();
  const waiting: WireEvent[] = [];
  const next = async (kind: WireEvent['kind']): Promise<WireEvent> => {
    for (;;) {
      const event = waiting.shift();
      if (event?.kind === kind) return event;
      if (event !== undefined) continue;
      const chunk = await chunks.next();
      if (chunk.done === true) throw new Error(`the probe ended before it said ${kind}`);
      waiting.push(...reader.push(chunk.value));
    }
  };
  return { running, next };
}

describe('opening', () => {
  it('gives an ssh2 link that says that it is the demo', async () => {
    const link = await open();
    expect(link).toMatchObject({ transport: 'ssh2', describe: 'demo' });
    expect(link.notes).toEqual([
      expect.stringMatching(/^The demo node shows .*1\.7 GiB.*Nothing of it was measured\.$/),
    ]);
    expect((await open('leak')).describe).toBe('demo:leak');
  });

  it('names the scenarios when there is none of this name', async () => {
    await expect(openDemoLink('nope')).rejects.toMatchObject({
      name: 'LinkError',
      code: 'bad-target',
      message:
        'There is no demo scenario "nope"; use demo:asleep, demo:leak, demo:orphan, demo:cycle, demo:growth, demo:vllm, demo:no-driver.',
    });
  });

  it.for([...DEMO_SCENARIOS.keys()])('%s is a node without problems', async (name) => {
    const probe = await openProbe(name);
    const { snapshot } = await probe.sample({ patterns: PATTERNS });
    expect(snapshot.problems).toEqual([]);
    expect(snapshot.scan.complete).toBe(true);
    expect(snapshot.driverReasons).toEqual(name === 'no-driver' ? [{ code: 'driver-missing', where: '' }] : []);
  });
});

describe('answering', () => {
  it('sends facts once, and again when all of them are asked for', async () => {
    const probe = await openProbe();
    const facts = async (full: boolean): Promise<number> =>
      (await probe.sample({ patterns: PATTERNS, full })).frame.lines.filter((line) => line.startsWith('fact\t')).length;
    expect([await facts(false), await facts(false), await facts(true)]).toEqual([12, 0, 12]);
    const { snapshot } = await probe.sample({ patterns: PATTERNS });
    expect(snapshot.node.hostname).toBe('demo-gpu-01');
    expect([...snapshot.processes.values()].map((process) => process.title)).toContain('sglang::scheduler_TP0');
  });

  it('says busy to a request that comes before the frame ended, and finishes the frame', async () => {
    const { running, next } = await byHand();
    running.stdin.write(probeScript());
    await next('hello');
    running.stdin.write('sample first\nsample second\n');
    expect(await next('busy')).toEqual({ kind: 'busy', id: 'second' });
    expect(await next('frame')).toMatchObject({ frame: { id: 'first' } });
    running.stdin.write('devices third\n');
    expect(await next('frame')).toMatchObject({ frame: { id: 'third', kind: 'devices' } });
  });

  it('passes over a cancel when nothing runs, and over lines that are no requests', async () => {
    const { running, next } = await byHand();
    running.stdin.write(probeScript());
    await next('hello');
    running.stdin.write('cancel\n\nhello?\nsample bad/id\nsample\nsample good\n');
    expect(await next('frame')).toMatchObject({ frame: { id: 'good' } });
  });

  it('ends the driver call that is cancelled, and goes on with the processes', async () => {
    const { running, next } = await byHand();
    running.stdin.write(probeScript());
    await next('hello');
    running.stdin.write('sample a\ncancel\n');
    const event = await next('frame');
    const lines = event.kind === 'frame' ? event.frame.lines : [];
    expect(lines.map((line) => line.split('\t', 2).join(' '))).toEqual(
      expect.arrayContaining(['call devices', 'stop devices', 'scan 17']),
    );
    expect(lines.filter((line) => /^(?:out|done|call\tusage)/.test(line))).toEqual([]);
    running.stdin.write('sample b\n');
    expect(await next('frame')).toMatchObject({ frame: { id: 'b' } });
  });

  it('loses a request that is written together with the script, as a shell does that reads ahead', async () => {
    const { running, next } = await byHand();
    running.stdin.write(`${probeScript()}sample lost\n`);
    await next('hello');
    running.stdin.write('devices kept\n');
    expect(await next('frame')).toMatchObject({ frame: { id: 'kept' } });
  });

  it('says nothing before the last line of the script, and ends with its input', async () => {
    const running = await (await open()).run(`exec sh -s ${TOKEN}`);
    running.stdin.write(probeScript().slice(0, -2));
    running.stdin.end();
    expect(await readAll(running)).toBe('');
    expect(await running.closed).toEqual({ exitCode: 0, signal: null, lost: false });
  });

  it('gives up on a script that never ends', async () => {
    const running = await (await open()).run(`exec sh -s ${TOKEN}`);
    running.stdin.write('#'.repeat(1_100_000));
    expect(await lineReader(running)()).toBeNull();
    expect((await running.closed).exitCode).toBe(1);
  });

  it('moves on with each sample in the cycle, stands still for a device reading, and begins again', async () => {
    const probe = await openProbe('cycle');
    const held: number[] = [];
    const used = new Set<string>();
    for (let sample = 0; sample < 11; sample += 1) {
      const { snapshot } = await probe.sample({ patterns: PATTERNS });
      const [row] = snapshot.usage?.rows ?? [];
      held.push(row?.used.known === true ? toMiB(row.used.value) : Number.NaN);
      const { snapshot: closing } = await probe.devices();
      expect(closing.devices?.devices).toEqual(snapshot.devices?.devices);
      used.add(JSON.stringify(snapshot.devices?.devices));
    }
    expect(held).toEqual([64210, 64210, 64210, 21504, 1741, 1741, 1741, 64212, 64212, 64212, 64210]);
    expect(used.size).toBe(4);
  });

  it('has a clock that never goes back', async () => {
    const probe = await openProbe();
    const times: (number | undefined)[] = [];
    for (let sample = 0; sample < 3; sample += 1) {
      const { frame } = await probe.devices();
      times.push(frame.beginMs, frame.endMs);
    }
    expect(times).toEqual(times.toSorted((left, right) => (left ?? Number.NaN) - (right ?? Number.NaN)));
    expect(new Set(times.map((time) => typeof time))).toEqual(new Set(['number']));
  });
});

describe('refusing', () => {
  it.for([
    'id',
    'exec sh -s',
    `exec sh -s ${TOKEN}; id`,
    `exec sh -s ${TOKEN}\n`,
    `exec sh -s ${TOKEN.toUpperCase()}`,
    'exec sh -s abc',
    'scp -f /etc/passwd',
  ])('runs no other command: %j', async (command) => {
    const link = await open();
    await expect(link.run(command)).rejects.toMatchObject({ code: 'no-session' });
    expect((await link.run(`exec sh -s ${TOKEN}`)).stderr()).toBe('');
  });
});

describe('leaving', () => {
  const servers = (): number => process.getActiveResourcesInfo().filter((each) => each.startsWith('TCP')).length;

  it('leaves no listening socket and no connection', async () => {
    const before = servers();
    const link = await openDemoLink(null);
    const probe = await ProbeSession.open(link);
    const asked = probe.sample({ patterns: PATTERNS });
    asked.catch(() => undefined);
    expect(servers()).toBeGreaterThan(before);
    await link.close();
    await link.close();
    expect(await link.closed).toBeNull();
    await expect(asked).rejects.toMatchObject({ name: 'LinkError' });
    await expect(link.run(`exec sh -s ${TOKEN}`)).rejects.toMatchObject({ code: 'lost' });
    expect(servers()).toBe(before);
  });
});
