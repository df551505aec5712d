// Nodes over time whose truth is known: no verdict, size, cycle or difference says what was not so, whatever went wrong.
import { expect, it } from 'vitest';
import type { Observation } from '../../../shared/model/observation.ts';
import { foldOpened } from '../../../shared/recorded/fold-opened.ts';
import { openText } from '../../../shared/recording/open-text.ts';
import { cyclesOf } from '../../../shared/session/cycles/cycle-follower.ts';
import { engineCycles, type EngineCycles } from '../../../shared/session/cycles/cycle-table.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import { EMPTY_RECORDED_SESSION, foldObservation, type NodeSession } from '../../../shared/session/node-session.ts';
import { NodeRecorder, type NodeRecord } from '../../../shared/session/node-record.ts';
import { Random } from '../../kit/random.ts';
import { recorded } from '../../kit/recorded.ts';
import { shownLooks } from '../../kit/shown-nodes.ts';
import { checkLost, checkSizes, checkVerdicts, noFigures, type Figures } from '../../kit/true-claims.ts';
import { checkCompared } from '../../kit/true-comparisons.ts';
import { checkStates } from '../../kit/true-states.ts';
import { checkCycles } from '../../kit/true-cycles.ts';
import { trueNode, type TrueNode } from '../../kit/true-nodes.ts';

const LIMITS_MIB = [1_000, 2_000, 3_072, 6_000, 9_000, 12_000, 20_000];

/** Sentences that say what is false. `shown`: what a probe shows of it. */
function falseOf(node: TrueNode, limitMib: number, figures: Figures, shown = shownLooks(node)): string[] {
  const wrong: string[] = [];
  const at = (look: number | string) => (text: string) => wrong.push(`seed ${node.seed}, look ${look}: ${text}`);
  let session: NodeSession = EMPTY_RECORDED_SESSION;
  const recorder = new NodeRecorder();
  const moments: (Moment | undefined)[] = [];
  for (const [place, frames] of shown.entries()) {
    for (const frame of frames) {
      session = foldObservation(session, frame);
      recorder.take(frame);
    }
    const { moment } = session;
    const look = node.looks[place];
    moments.push(moment);
    if (moment === undefined || look === undefined) continue;
    figures.looks += 1;
    for (const kind of ['engine-tree', 'whole-gpu'] as const) {
      checkVerdicts({ node, look, moment, kind, limitMib, figures, say: at(place) });
    }
    checkLost({ look, moment, say: at(place) });
    checkSizes(node, look, session, figures, at(place));
  }
  const found = recorder.end().engines.map(engineCycles);
  if (JSON.stringify(plain(found)) !== JSON.stringify(plain(cyclesOf(session.history)))) {
    at('all')('the page has other cycles than a recorder');
  }
  checkCycles(node, found, figures, at('all'));
  if (node.looks.every(({ faults }) => faults.length === 0)) {
    figures.states += checkStates(node, session.history, at('all'));
  }
  checkCompared(node, moments, figures, at('all'));
  return wrong;
}

function plain(engines: readonly EngineCycles[]): unknown {
  return engines.map(({ engine, worst, buses }) => ({
    runs: engine.runs.map(({ key, firstMs, lastMs, count, unmeasured }) => [
      key,
      firstMs,
      lastMs,
      count,
      [...unmeasured],
    ]),
    lanes: [worst, ...buses].map(({ bus, cycles, drift }) => ({ bus, cycles, drift })),
  }));
}

it('says nothing that is false of what was there', () => {
  const figures = noFigures();
  const wrong: string[] = [];
  for (let seed = 1; seed <= 18; seed += 1) {
    const node = trueNode(seed, { isClean: seed % 4 === 0, looks: 24 });
    wrong.push(...falseOf(node, LIMITS_MIB[(seed * 3) % LIMITS_MIB.length] ?? 3_072, figures));
  }
  expect(wrong).toEqual([]);
  // A check of nothing finds nothing.
  for (const verdict of ['pass', 'fail', 'inconclusive']) expect(figures.verdicts.get(verdict)).toBeGreaterThan(30);
  for (const count of [figures.cycles, figures.residuals, figures.compared, figures.states])
    expect(count).toBeGreaterThan(15);
  for (const count of [figures.looks, figures.known, figures.unknown]) expect(count).toBeGreaterThan(80);
});

it('finds what is false: a process that holds more than is shown of it', () => {
  const node = trueNode(4, { isClean: true, looks: 24 });
  const looks = node.looks.map((look) => {
    const engines = look.engines.map((engine) => ({
      ...engine,
      processes: engine.processes.map((each) => ({
        ...each,
        holds: new Map([...each.holds].map(([gpu, mib]) => [gpu, mib + (look.atMs % 2 === 0 ? 20_000 : 0)] as const)),
      })),
    }));
    return { ...look, engines };
  });
  const wrong = falseOf({ ...node, looks }, 20_000, noFigures(), shownLooks(node)).join('\n');
  for (const what of [
    /: PASS$/m,
    /residual is said to be/,
    /line of :30000 says/,
    /worst of :30000 says/,
    /rows change by/,
  ]) {
    expect(wrong).toMatch(what);
  }
});

async function foldText(text: string): Promise<ReadonlyMap<string, NodeRecord>> {
  const opened = await openText(
    (async function* whole() {
      yield text;
    })(),
  );
  return (await foldOpened(opened)).nodes;
}

function told({ engines, gaps, session }: NodeRecord): unknown {
  return { cycles: plain(engines.map(engineCycles)), gaps, last: session.moment?.atMs };
}

const NODES = [
  { node: 'n1', target: 'a' },
  { node: 'n2', target: 'b' },
];

it('says the same of each node, in whatever order a recording holds them, and of a recording cut at any byte', async () => {
  const [one, two] = [31, 32].map((seed) => shownLooks(trueNode(seed, { looks: 16 }), `n${seed - 30}`).flat());
  if (one === undefined || two === undefined) throw new Error('there are no two nodes');
  const zipped = one.flatMap((seen, at): Observation[] => [seen, ...(two[at] === undefined ? [] : [two[at]])]);
  const mixed = [...zipped, ...two.slice(one.length)];
  const [apart, together] = [
    await foldText(recorded([...two, ...one], { nodes: NODES })),
    await foldText(recorded(mixed, { nodes: NODES })),
  ];
  for (const { node } of NODES) {
    const [left, right] = [apart.get(node), together.get(node)];
    if (left === undefined || right === undefined) throw new Error(`${node} is not in both`);
    expect(told(left)).toEqual(told(right));
  }

  const text = recorded(one, { nodes: NODES.slice(0, 1) });
  const begin = text.indexOf('\n') + 1;
  const random = new Random(33);
  for (let cut = 0; cut < 12; cut += 1) {
    const end = random.between(begin, text.length - 1);
    const whole = text.slice(begin, end).split('\n').length - 1;
    const prefix = new NodeRecorder();
    for (const seen of one.slice(0, whole)) prefix.take(seen);
    const record = (await foldText(text.slice(0, end))).get('n1');
    expect(record === undefined ? undefined : told(record)).toEqual(told(prefix.end()));
  }
});
