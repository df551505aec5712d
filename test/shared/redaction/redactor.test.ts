// A redacted recording folds to the same engines, ranks, sizes and verdicts, and no name of the original is anywhere in it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoRecording } from '../../../node/demo/demo-recording.ts';
import { unknown } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import {
  isResourceTracker,
  isSpawnStub,
  rayActorClass,
  readCommandLine,
} from '../../../shared/engines/command-line.ts';
import { ENGINES } from '../../../shared/engines/definitions.ts';
import { serverPort } from '../../../shared/engines/server-port.ts';
import { isLauncher, TRAINING_ACTOR } from '../../../shared/engines/trainers.ts';
import type { GateReport } from '../../../shared/evidence/gate/gate-schema.ts';
import { momentReport } from '../../../shared/evidence/gate/moment-report.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import { readHeader, RecordingDecoder } from '../../../shared/recording/decoder.ts';
import type { RecordingHeader } from '../../../shared/recording/format.ts';
import { Redactor } from '../../../shared/redaction/redactor.ts';
import { StandIns } from '../../../shared/redaction/stand-ins.ts';
import { redactComm, redactTitle } from '../../../shared/redaction/title.ts';
import { DEMO_INCIDENTS } from '../../../shared/source/demo-incidents.ts';
import { engineCycles } from '../../../shared/session/cycles/cycle-table.ts';
import { NodeRecorder } from '../../../shared/session/node-record.ts';
import * as scenarios from '../../kit/scenarios.ts';

interface Read {
  readonly header: RecordingHeader;
  readonly seen: readonly Observation[];
}

function read(text: string): Read {
  const [first = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const header = readHeader(first);
  if (!header.ok) throw new Error(header.text);
  const decoder = new RecordingDecoder(header.format);
  const seen = lines.flatMap((line, at) => decoder.line(line, at + 2, false).observation ?? []);
  return { header: header.header, seen };
}

function redacted({ header, seen }: Read): Read {
  const redactor = new Redactor();
  return { header: redactor.header(header), seen: seen.map((each) => redactor.observation(each)) };
}

/** Everything of a judged look that is a number, a kind, a rank or a verdict. */
function numbersOf({ seen }: Read): unknown {
  const looks: unknown[] = [];
  const recorder = new NodeRecorder((moment) => {
    const policy = { kind: 'engine-tree', limit: fromMiB(3072), origin: 'default' } as const;
    const facts = { target: '', rawSha256: '', probeSha256: '', isDemo: false, policy };
    const report = momentReport(moment, facts);
    looks.push({
      verdict: report.verdict,
      reasons: report.reasons,
      engines: report.engines.map(engineNumbers),
      devices: report.devices.map(({ uuid: _uuid, name: _name, ledger, ...device }) => ({
        ...device,
        ledger: ledger.map(({ label: _label, ...entry }) => entry),
      })),
      problems: report.problems.map(({ code }) => code),
    });
  });
  for (const each of seen) recorder.take(each);
  const record = recorder.end();
  const cycles = record.engines.map((engine) => {
    const { worst, buses } = engineCycles(engine);
    return { ports: engine.ports, runs: engine.runs.length, worst, buses };
  });
  return { looks, cycles, gaps: record.gaps.length, problems: record.session.problems.length };
}

function engineNumbers(engine: GateReport['engines'][number]): unknown {
  const { title: _title, model: _model, version: _version, endpoint, processes, hints, pairs, ...rest } = engine;
  return {
    ...rest,
    port: endpoint?.port,
    hints: hints.map(({ code, confidence }) => ({ code, confidence })),
    pairs: pairs.map(({ text: _text, ...pair }) => pair),
    processes: processes.map(({ title: _own, ...process }) => process),
  };
}

const SCENARIOS: readonly (readonly [string, readonly string[]])[] = [
  ...Object.entries(scenarios).flatMap(([name, text]) => (typeof text === 'string' ? [[name, [text]] as const] : [])),
  ...DEMO_INCIDENTS.map(({ name, looks }) => [name, looks.slice(0, 60)] as const),
];

function recordingOf(looks: readonly string[]): string {
  return demoRecording({ name: 'x', story: ['', ''], intervalMs: 1000, looks, marks: [], told: [] }, '0.1.0');
}

describe('the same numbers', () => {
  it.each(SCENARIOS)('%s', (_name, looks) => {
    const plain = read(recordingOf(looks));
    expect(numbersOf(redacted(plain))).toEqual(numbersOf(plain));
  });
});

const NODE = `
node gpu-17.corp.example driver 550.54.15
gpu 3B:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
gpu 41:00.0 "NVIDIA H100 80GB HBM3" total 81559 reserved 479 used sum+9
process shell "/home/alicesmith/bin/bash -l" comm alicesmith uid 1234 cgroup "0::/user.slice/alicesmith.scope"
process engine "/data/alicesmith/runs/venv/bin/python3 -m sglang.launch_server --model-path acme/secret-70b --host 10.20.30.40 --tp 2 --port 30000 --mallory mallory --log-dir=/data/alicesmith/runs" listen 10.20.30.40:30000 uid 1234 env "PYTORCH_CUDA_ALLOC_CONF=mallory:True"
  http sglang weight 7.14 kvcache 53.21 graph 0.66 tokens 1992704
  process tp0 "sglang::scheduler_TP0_alicesmith" on 3B:00.0 1741
  process tp1 "sglang::scheduler_TP1" on 41:00.0 1741
process actor "ray::AlicesmithMegatronActor.mallory" on 41:00.0 500
process odd "mallory::Worker_TP0 acme/secret-70b" on 41:00.0 600
`;

const ODD = fc.constantFrom(
  '',
  '-',
  '0',
  '[N/A]',
  '[Not  Supported]',
  '[GPU is lost]',
  '00000000:3B:00.0, 4008, [N/A]',
  '00000000:3B:00.0, [Insufficient Permissions], 12',
  '[GPU is lost], x, y, 1, 2, 3, 4',
  'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver',
  'a, b, c',
  '12  MiB',
  'gone',
  'zombie',
  'Z',
  '99999999999999999999',
  'inner',
  'devices',
  'python',
  'sglang::scheduler_TP0',
  'raylet',
  'VLLM::Worker_TP0',
  'tcp6',
);

describe('the same numbers of frames that are broken', () => {
  const [good] = [read(recordingOf([NODE, NODE])).seen];
  const lineOf = fc.nat(60);
  const change = fc.oneof(
    fc.record({ kind: fc.constant('drop' as const), line: lineOf }),
    fc.record({
      kind: fc.constant('field' as const),
      line: lineOf,
      field: fc.nat(7),
      text: fc.oneof(ODD, fc.string({ maxLength: 8 })),
    }),
    fc.record({ kind: fc.constant('cut' as const), line: lineOf, field: fc.nat(7) }),
  );

  it('whichever lines and fields are missing or odd', () => {
    const whole = JSON.stringify(numbersOf({ header: read(recordingOf([NODE])).header, seen: good }));
    let different = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const seen = good.map((each) =>
          each.kind === 'frame' ? { ...each, text: changes.reduce(changed, each.text) } : each,
        );
        const plain: Read = { header: read(recordingOf([NODE])).header, seen };
        const numbers = numbersOf(plain);
        expect(numbersOf(redacted(plain))).toEqual(numbers);
        if (JSON.stringify(numbers) !== whole) different += 1;
      }),
      { seed: 8, numRuns: 400 },
    );
    // The changes reach what is folded.
    expect(different).toBeGreaterThan(200);
  });
});

type Change =
  | { readonly kind: 'drop'; readonly line: number }
  | { readonly kind: 'field'; readonly line: number; readonly field: number; readonly text: string }
  | { readonly kind: 'cut'; readonly line: number; readonly field: number };

/** The markers stay: a frame without them is no frame, and nothing of it is used. A dropped line becomes an unknown one. */
function changed(text: string, change: Change): string {
  const lines = text.split('\n');
  const at = 1 + (change.line % Math.max(1, lines.length - 3));
  const fields = (lines[at] ?? '').split('\t');
  const odd = change.kind === 'drop' ? '' : change.kind === 'field' ? change.text.replace(/[\n\t@]/g, '') : '';
  const line =
    change.kind === 'drop'
      ? ['nonsense']
      : change.kind === 'cut'
        ? fields.slice(0, Math.max(1, change.field))
        : fields.map((field, place) => (place === change.field ? odd : field));
  return lines.toSpliced(at, 1, line.join('\t')).join('\n');
}

const SECRETS = [
  'gpu-17.corp.example',
  'alicesmith',
  '/data/alicesmith/runs',
  '10.20.30.40',
  'acme/secret-70b',
  'mallory',
];

describe('no name', () => {
  const plain = read(recordingOf([NODE, NODE, NODE]));
  const named: Read = {
    header: {
      ...plain.header,
      nodes: [{ node: 'n1', target: 'alicesmith@gpu-17.corp.example' }],
      story: ['mallory was here', 'on gpu-17.corp.example'],
    },
    seen: [
      ...plain.seen,
      { kind: 'mark', node: 'n1', atMs: 2e12, text: 'mallory starts acme/secret-70b', source: 'hand' },
      {
        kind: 'step',
        node: 'n1',
        atMs: 2e12,
        step: 'login',
        state: 'ok',
        durationMs: 1,
        text: 'as alicesmith',
        next: '',
      },
      { kind: 'link', node: 'n1', atMs: 2e12, state: 'lost', text: '10.20.30.40 is gone', code: 'lost', retryMs: null },
    ],
  };

  it('of host, user, address, path, model, class or argument is left', () => {
    const before = JSON.stringify(named).toLowerCase();
    const after = JSON.stringify(redacted(named)).toLowerCase();
    for (const secret of SECRETS) {
      expect(before).toContain(secret);
      expect(after).not.toContain(secret);
    }
    for (const part of ['corp.example', 'secret-70b', 'alice', 'acme', '281e140a']) expect(after).not.toContain(part);
  });

  it('and it folds to the same all the same', () => {
    expect(numbersOf(redacted(named))).toEqual(numbersOf(named));
  });

  it('and words that everybody knows stay, so that a reader still sees what ran', () => {
    const after = JSON.stringify(redacted(named));
    expect(after).toMatch(
      /path-\d\/python3 -m sglang\.launch_server --model-path model-1 --host address-\d --tp 2 --port 30000/,
    );
    expect(after).toMatch(/ray::Megatron_\d/);
    expect(after).toContain('NVIDIA H100 80GB HBM3');
  });

  it('done twice changes nothing, and the same file gives the same stand-ins', () => {
    const once = redacted(named);
    expect(redacted(once)).toEqual(once);
    expect(redacted(named)).toEqual(once);
  });
});

const PROCESS: HostProcess = {
  pid: 2,
  startTicks: 1,
  ppid: 1,
  state: 'S',
  comm: '',
  title: '',
  uid: 0,
  containerPid: undefined,
  cgroup: '-',
  rss: unknown('proc-incomplete'),
  rssShmem: unknown('proc-incomplete'),
};

describe('a title', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      'python3',
      '-m',
      '-c',
      '-u',
      'sglang.launch_server',
      'vllm',
      'serve',
      '--port',
      '30000',
      '--tp=2',
      '***',
    ),
    fc.constantFrom('sglang::scheduler_TP0', 'VLLM::Worker_TP1', 'ray::SGLangEngine.x', 'pt_main_thread', 'Worker_TP3'),
    fc.constantFrom(
      '-mvllm',
      '-um',
      'sglang',
      '/x/sglang/launch_server.py',
      'torchrun',
      'VLLM::EngineCore',
      'x::Worker_TP2',
    ),
    fc.constantFrom(
      'ray::RayWorkerTrain',
      'Worker',
      'WorkerX',
      'x'.repeat(200),
      'é'.repeat(90),
      '--port=31000',
      '-cimport',
    ),
    fc.constantFrom(
      'python-x',
      'multiprocessing.spawn',
      'vllm.entrypoints.zz.api_server',
      'sglang::',
      'VLLM::Work',
      '\n',
      '',
    ),
    fc.constantFrom(
      '/opt/zzsecret/bin/python',
      'zzsecret',
      '--zzsecret=1',
      'ray::Zzsecret',
      'sglang::scheduler_zzsecret',
    ),
  );

  it('tells the same part, rank, server, port and trainer as before', () => {
    const told = (title: string, comm: string): unknown => {
      const process = { ...PROCESS, title, comm };
      return {
        parts: ENGINES.map((engine) => engine.part(process)),
        servers: ENGINES.map((engine) => engine.isServer(process) && engine.serverRole(process)),
        port: serverPort(process),
        launcher: isLauncher(process),
        stub: isSpawnStub(readCommandLine(title)),
        tracker: isResourceTracker(readCommandLine(title)),
        trains: TRAINING_ACTOR.test(rayActorClass(title) ?? ''),
        isActor: rayActorClass(title) !== undefined,
        python: /^(?:python|pt_main_thread)/.test(comm),
      };
    };
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), fc.boolean(), (words, hasTitle) => {
        const title = hasTitle ? words.join(' ') : '';
        const comm = words.join('').slice(0, 15);
        const names = new StandIns();
        expect(told(redactTitle(title, names), redactComm(comm, names))).toEqual(told(title, comm));
      }),
      { seed: 7, numRuns: 3_000 },
    );
  });

  it('keeps no word of its own, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
        const title = words.join(' ');
        const names = new StandIns();
        expect(redactTitle(title, names).toLowerCase()).not.toContain('zzsecret');
        expect(redactComm(title.slice(0, 15), names).toLowerCase()).not.toContain('zzsecret');
        expect(redactTitle(title, names)).toMatch(/^[\x20-\x7E]*$/);
      }),
      { seed: 6, numRuns: 2_000 },
    );
  });
});
