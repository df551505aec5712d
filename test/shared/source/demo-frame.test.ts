// What the demo's answers are made of: requests as the probe reads them, cancelled calls, steps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleLine, type ExtraReading } from '../../../shared/probe/request.ts';
import { demoFrame, demoNode, NOTHING_SENT, stepCount } from '../../../shared/source/demo-frame.ts';
import type { DemoMoment } from '../../../shared/source/demo-frame.ts';
import { readRequest, type DemoRequest } from '../../../shared/source/demo-request.ts';
import { DEFAULT_DEMO, DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import { parseScenario } from '../../../shared/source/scenario.ts';

const NODE = `
node gpu-01 driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process server "sglang serve --port 30000"
  process tp0 "sglang::scheduler_TP0" on 3B:00.0 100 then 200
`;

const MOMENT: DemoMoment = { step: 0, monoTicks: 1_000, wallTime: '2026-01-31T12:00:00Z' };

function request(line: string): DemoRequest {
  const read = readRequest(line);
  if (read === undefined || read === 'cancel') throw new Error(`${line} is no request`);
  return read;
}

function answer(line: string, moment: DemoMoment = MOMENT, text = NODE): string[] {
  const { parts } = demoFrame(demoNode(parseScenario(text)), request(line), 'cafe', NOTHING_SENT, moment);
  return parts.flatMap((part) => part.lines);
}

describe('a request', () => {
  it('is read as it was written, whatever the patterns hold', () => {
    const readings = fc.subarray<ExtraReading>(['holders', 'sockets', 'environment']);
    const pattern = fc.string({ unit: fc.constantFrom('a', ' ', ',', '%', '2', '0', 'C', '='), minLength: 1 });
    const asked = fc.record({
      full: fc.boolean(),
      roots: fc.uniqueArray(fc.nat(4_194_304)),
      patterns: fc.array(pattern),
      want: readings,
    });
    fc.assert(
      fc.property(asked, (each) => {
        expect(readRequest(sampleLine({ id: 'a1', ...each }).trimEnd())).toEqual({
          kind: 'sample',
          id: 'a1',
          full: each.full,
          patterns: each.patterns,
          roots: new Set(each.roots),
          want: new Set(each.want),
        });
      }),
    );
  });

  it.for(['', ' ', 'sample', 'sample a/b', 'devices', 'Sample a1', 'hello a1'])('is not %j', (line) => {
    expect(readRequest(line)).toBeUndefined();
  });

  it('may be a cancel', () => {
    expect(readRequest('cancel')).toBe('cancel');
  });
});

describe('a frame', () => {
  it('counts its lines and ends later than it began, by the time of its calls', () => {
    const lines = answer('sample a1 patterns=sglang::');
    expect(lines[0]).toBe('@cafe\tbegin\ta1\tsample\t1000\t2026-01-31T12:00:00Z');
    expect(lines.at(-1)).toBe(`@cafe\tend\ta1\t${lines.length - 2}\t1006`);
  });

  it('shows the step that it is asked for, in the rows and in their sum', () => {
    const shown = (step: number): string[] =>
      answer('sample a1', { ...MOMENT, step }).filter((line) => line.startsWith('out\t'));
    expect(shown(1)).toEqual([
      expect.stringMatching(/, 81559, 479, 209, 80871$/),
      expect.stringMatching(/^out\t00000000:3B:00\.0, \d+, 200$/),
    ]);
    expect(stepCount(demoNode(parseScenario(NODE)))).toBe(2);
    expect(shown(7)).toEqual(shown(1));
  });

  it('of a cancelled call begins as it would have, stops there, and still has its processes', () => {
    const whole = answer('sample a1 patterns=sglang::');
    const stopped = answer('sample a1 patterns=sglang::', { ...MOMENT, cancelled: { call: 1, afterMs: 15 } });
    const until = stopped.findIndex((line) => line.startsWith('stop\t'));
    expect(stopped.slice(0, until)).toEqual(whole.slice(0, until));
    expect(stopped[until]).toMatch(/^stop\tusage\t\d+\t1005$/);
    expect(stopped.slice(until + 1, -1).map((line) => line.split('\t', 1)[0])).toEqual([
      ...Array.from({ length: 9 }, () => 'node'),
      'proc',
      'fact',
      'proc',
      'fact',
      'proc',
      'fact',
      'scan',
    ]);
  });

  it('takes longer where nvidia-smi is slow', () => {
    const lines = answer('devices a1', MOMENT, `${NODE}\nsmi slow devices 4000\n`);
    expect(lines.at(-2)).toBe('done\tdevices\t0\t1403');
  });

  it('names the holders of the device files', () => {
    const holders = answer('sample a1 want=holders').filter((line) => line.startsWith('holder\t'));
    expect(holders.map((line) => line.split('\t')[2])).toEqual(['/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/nvidia0']);
  });
});

describe('scenarios', () => {
  it('have a default, and no text that would have to be masked', () => {
    expect(DEMO_SCENARIOS.has(DEFAULT_DEMO)).toBe(true);
    for (const { text } of DEMO_SCENARIOS.values()) {
      expect(text).not.toMatch(
        /--\S*(?:key|token|password|secret)|[a-z](?:key|token)=|authorization|:\/\/|\bsk-|\bhf_/i,
      );
    }
  });

  it.for(['smi hung', 'smi fails no-driver', 'smi garbage "x"', 'smi handle 3B:00.0 lost'])(
    'that need the stand-in of the tests are refused: %s',
    (line) => {
      expect(() => demoNode(parseScenario(`${NODE}\n${line}\n`))).toThrow(/the demo node cannot play this nvidia-smi/);
    },
  );
});
