// Compare: two kept moments beside each other, as tables and as a picture, with the noise said.
import { ArrowLeftRight } from 'lucide-react';
import { useEffect, useMemo, type ReactElement } from 'react';
import type { Policy } from '../../../shared/gates/policy.ts';
import { Button } from '../../components/button.tsx';
import { useCopyEvidence } from '../../commands/copy-evidence-context.ts';
import { DemoChip } from '../../components/demo-chip.tsx';
import { useApp, useModel } from '../../store/app-context.ts';
import { floorOf, sidesOf, type Comparing, type KeptMoment } from '../../store/kept-moment.ts';
import { nodeName } from '../../view/look-facts.ts';
import type { NodeId } from '../../../shared/model/observation.ts';
import { withoutKept, withSwapped } from '../../store/kept-moments.ts';
import { chosenPolicy } from '../../store/policy.ts';
import { compareView } from '../../view/compare/compare-view.ts';
import { ComparePicture } from './compare-picture.tsx';
import { CompareRows } from './compare-rows.tsx';
import { EngineSides } from './engine-sides.tsx';
import { RunStates, type RunChoice } from './run-states.tsx';
import { KeptList } from './kept-list.tsx';
import { MomentChoice } from './moment-choice.tsx';

export function CompareScreen(): ReactElement {
  const model = useModel();
  const comparing = useApp((state) => state.comparing);
  const settings = useApp((state) => state.settings);
  const info = useApp((state) => state.info);
  const { a, b } = sidesOf(comparing);
  const recorded = a?.recorded;
  // One policy for both sides: the user's, or the one that the run of A was held to.
  const policy = useMemo(() => chosenPolicy(settings, info, recorded).policy, [settings, info, recorded]);
  const choose = (side: 'a' | 'b', id: string): void =>
    model.store.set((state) => ({ ...state, comparing: { ...state.comparing, [side]: id } }));
  const hide = (hidesNoise: boolean): void =>
    model.store.set((state) => ({ ...state, comparing: { ...state.comparing, hidesNoise } }));
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-4 py-2">
      <title>Compare · Residuum</title>
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-2 text-[13px]">
        <h2 className="text-base font-semibold">Compare</h2>
        {[a, b].some((side) => side?.isDemo === true) ? <DemoChip /> : null}
        <MomentChoice side="A" kept={comparing.kept} value={a} policy={policy} onChoose={(id) => choose('a', id)} />
        <Button title="Swap A and B (X)" aria-label="Swap A and B" onClick={() => model.store.set(withSwapped)}>
          <ArrowLeftRight size={14} aria-hidden />
        </Button>
        <MomentChoice side="B" kept={comparing.kept} value={b} policy={policy} onChoose={(id) => choose('b', id)} />
      </header>
      {a === undefined || b === undefined || a === b ? (
        <p className="text-muted">
          Keep two moments first: on the live screen, go to a look and press Shift+A, then to another and press Shift+B.
        </p>
      ) : (
        <Compared a={a} b={b} policy={policy} hidesNoise={comparing.hidesNoise} onHide={hide} />
      )}
      <AllCycles />
      <KeptList
        kept={comparing.kept}
        a={a}
        b={b}
        policy={policy}
        onUse={choose}
        onDrop={(id) => model.store.set((state) => withoutKept(state, id))}
      />
    </div>
  );
}

/** Of the nodes that are open; of A's own where none was chosen. */
function AllCycles(): ReactElement | null {
  const model = useModel();
  const nodes = useApp((state) => state.nodes);
  const recordings = useApp((state) => state.recordings);
  const shown = useApp((state) => state.shown);
  const { kept, a: sideA, b: sideB, runs, engine, overRanks, hidesNoise } = useApp((state) => state.comparing);
  const copy = useCopyEvidence();
  const all = useMemo(
    () =>
      [...nodes].map(([node, { entry, session, recording, isPartial = false }]): RunChoice => {
        const file = recording === undefined ? '' : (recordings.get(recording)?.name ?? '');
        const name = [nodeName(session, entry.target), file].filter((part) => part !== '').join(' in ');
        return { node, name, history: session.history, isPartial };
      }),
    [nodes, recordings],
  );
  const own = sidesOf({ kept, a: sideA, b: sideB });
  const byNode = (node: NodeId | undefined): RunChoice | undefined => all.find((each) => each.node === node);
  const a = byNode(runs.a) ?? byNode(own.a?.node) ?? byNode(shown);
  const b = byNode(runs.b);
  useWhole(a);
  useWhole(b);
  if (a === undefined) return null;
  const set = (change: (comparing: Comparing) => Comparing): void =>
    model.store.set((state) => ({ ...state, comparing: change(state.comparing) }));
  return (
    <RunStates
      runs={all}
      a={a}
      b={b}
      engine={engine}
      overRanks={overRanks}
      hidesNoise={hidesNoise}
      onChoose={(side, node) =>
        set((comparing) => ({ ...comparing, runs: { ...comparing.runs, [side]: node }, engine: undefined }))
      }
      onEngine={(next) => set((comparing) => ({ ...comparing, engine: next }))}
      onHide={(hides) => set((comparing) => ({ ...comparing, hidesNoise: hides }))}
      onCopy={() => copy({ a: a.node, b: runs.b, engine, overRanks })}
      onOverRanks={(together) => set((comparing) => ({ ...comparing, overRanks: together }))}
    />
  );
}

/** A node of a recording that was not folded ahead is folded when it is compared. */
function useWhole(run: RunChoice | undefined): void {
  const { recordings, store } = useModel();
  const node = run?.isPartial === true ? run.node : undefined;
  useEffect(() => {
    if (node !== undefined) recordings.of(store.get().nodes.get(node))?.need(node);
  }, [node, recordings, store]);
}

interface ComparedProps {
  readonly a: KeptMoment;
  readonly b: KeptMoment;
  readonly policy: Policy;
  readonly hidesNoise: boolean;
  readonly onHide: (hides: boolean) => void;
}

function Compared({ a, b, policy, hidesNoise, onHide }: ComparedProps): ReactElement {
  const view = useMemo(() => {
    const { noise, looks } = floorOf(a, b);
    return compareView({ a: a.moment, b: b.moment, policy, noise, noiseLooks: looks });
  }, [a, b, policy]);
  return (
    <>
      <p className="text-[14px]" aria-live="polite">
        <strong className="font-semibold">{view.sentence}</strong>
        {a.name === b.name ? null : ` A is ${a.name}, B is ${b.name}: rows are matched by role, rank and GPU.`}
      </p>
      <EngineSides engines={view.engines} policy={policy} />
      <div className="grid grid-cols-[minmax(0,7fr)_minmax(0,5fr)] items-start gap-2">
        <CompareRows view={view} hidesNoise={hidesNoise} onHide={onHide} />
        <ComparePicture rows={view.rows} />
      </div>
    </>
  );
}
