// What must hold for any process table, however hostile: nobody is counted twice, and no engine process is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unknown } from '../../../shared/base/known.ts';
import { detectEngines, type Detection } from '../../../shared/engines/detect.ts';
import type { Pid } from '../../../shared/model/ids.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import { RAYLET, SPAWN, TRACKER } from './process-text.ts';

const PARTS = [
  'sglang::scheduler',
  'sglang::scheduler_TP0',
  'sglang::scheduler_DP1_TP3',
  'sglang::detokenizer',
  'sglang::data_parallel_controller',
  'sglang::tokenizer_worker:41',
  'VLLM::EngineCore',
  'VLLM::EngineCore_DP0',
  'VLLM::Worker_TP1',
  'VLLM::Worker_DP1_TP0',
  'MYRUN::EngineCore_DP1',
  'MYRUN::Worker_TP0',
];

const SERVERS = [
  'python -m sglang.launch_server --port 30000 --node-rank 1',
  '/usr/bin/python3 /usr/local/bin/sglang serve --port 70000',
  'sglang::server',
  'vllm serve Qwen --port 8000',
  'VLLM::APIServer_1',
  'ray::SGLangHttpServer.launch',
  'ray::vLLMHttpServer',
  'ray::RolloutRayActor',
];

const OTHERS = [
  '/sbin/init',
  '-bash',
  RAYLET,
  SPAWN,
  TRACKER,
  'ray::SGLangEngine.init',
  'ray::MegatronTrainRayActor.train',
  'ray::WorkerDict',
  'ray::RayWorkerWrapper',
  'torchrun train.py',
  'python train.py',
  'python /usr/bin/supervisord -n',
  'vim sglang::scheduler',
  'python -m',
  'python -c',
  'ray::',
  'ray::__proto__',
  'sglang::__proto__',
  'sglang::scheduler_TP99999999999999999999',
  'VLLM::Worker_constructor0',
  '--port',
  '\u001b[2Jsglang::scheduler\u202e',
  '   ',
  '',
];

const titles = fc.oneof(
  fc.constantFrom(...PARTS),
  fc.constantFrom(...SERVERS),
  fc.constantFrom(...OTHERS),
  fc.string({ maxLength: 60 }),
);

const comms = fc.constantFrom(
  'python3',
  'pt_main_thread',
  'raylet',
  'sglang::schedul',
  'VLLM::Worker_TP',
  'a) R 1 (b',
  '',
);

/** Parents at random: missing, itself, in circles, younger than the child. */
const tables: fc.Arbitrary<HostProcess[]> = fc.uniqueArray(
  fc
    .record({
      pid: fc.integer({ min: 1, max: 14 }),
      ppid: fc.integer({ min: 0, max: 15 }),
      startTicks: fc.integer({ min: 1, max: 4 }),
      state: fc.constantFrom('S', 'R', 'D', 'Z'),
      comm: comms,
      title: titles,
      uid: fc.constantFrom(undefined, 0, 1000),
      containerPid: fc.constantFrom(undefined, 1),
      cgroup: fc.constantFrom('/', '/docker/a'),
    })
    .map((each) => ({ ...each, rss: unknown('proc-incomplete'), rssShmem: unknown('proc-incomplete') })),
  { selector: ({ pid }) => pid, maxLength: 14 },
);

const tableOf = (rows: readonly HostProcess[]): Map<Pid, HostProcess> => new Map(rows.map((each) => [each.pid, each]));

const detected = (rows: readonly HostProcess[]): Detection => {
  const processes = tableOf(rows);
  return detectEngines(processes, buildProcessTree(processes));
};

const groups = ({ engines, orphans }: Detection): Pid[][] =>
  [...engines, ...orphans].map(({ members }) => members.map(({ pid }) => pid));

const RUNS = { numRuns: 1000 };

test('nobody is in two engines or orphans, or twice in one; a trainer is in none', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      const detection = detected(rows);
      const all = groups(detection).flat();
      expect(new Set(all).size).toBe(all.length);
      for (const pid of all) expect(detection.trainers.has(pid)).toBe(false);
    }),
    RUNS,
  );
});

test('a member is the root or below it, and every engine and orphan has somebody', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      const tree = buildProcessTree(tableOf(rows));
      const { engines, orphans } = detected(rows);
      for (const { root, members } of engines) {
        const below = new Set(tree.withDescendants(root.pid).map(({ pid }) => pid));
        for (const { pid } of members) expect(below).toContain(pid);
      }
      for (const { members } of [...engines, ...orphans]) expect(members).not.toEqual([]);
    }),
    RUNS,
  );
});

test('the order in which the processes arrive does not matter', () => {
  const shuffled = tables.chain((rows) =>
    fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
  );
  fc.assert(
    fc.property(shuffled, ([rows, otherwise]) => {
      const sorted = ({ engines, orphans, roles, trainers }: Detection): unknown => ({
        engines,
        orphans,
        roles: new Map([...roles].toSorted(([left], [right]) => left - right)),
        trainers: new Set([...trainers].toSorted((left, right) => left - right)),
      });
      expect(sorted(detected(otherwise))).toEqual(sorted(detected(rows)));
    }),
    RUNS,
  );
});

test('a process with an engine title is always in exactly one engine or orphan', () => {
  const isPart = ({ title, comm }: HostProcess): boolean =>
    PARTS.includes(title) || (title === '' && /^(?:sglang::schedul|VLLM::Worker_TP)$/.test(comm));
  fc.assert(
    fc.property(tables, (rows) => {
      const all = new Set(groups(detected(rows)).flat());
      expect(rows.filter((each) => isPart(each) && !all.has(each.pid))).toEqual([]);
    }),
    RUNS,
  );
});

test('a server is always in an engine or an orphan, and every process has a role', () => {
  fc.assert(
    fc.property(tables, (rows) => {
      const detection = detected(rows);
      const all = new Set(groups(detection).flat());
      expect(rows.filter(({ pid, title }) => SERVERS.includes(title) && !all.has(pid))).toEqual([]);
      expect(rows.filter(({ pid }) => !detection.roles.has(pid))).toEqual([]);
    }),
    RUNS,
  );
});
