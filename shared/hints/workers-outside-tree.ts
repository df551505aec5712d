// Workers may live outside the engine's process tree, as with Ray: what is resident is then only a lower bound.
import { plus, ZERO_BYTES } from '../base/units.ts';
import { mibText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { residentSource, settingSource } from './provenance.ts';

export function workersOutsideTree({ subject, statement, judgement, pair, rows }: HintInput): Hint[] {
  const usesRay = statement?.configuration['use_ray'] === true;
  const places = [...subject.incomplete, ...judgement.reasons]
    .filter(({ code }) => code === 'tree-incomplete')
    .map(({ where }) => where);
  if (!usesRay && places.length === 0) return [];
  const named = [...(usesRay ? ['use_ray is true'] : []), ...new Set(places.filter((where) => where !== ''))];
  const known = rows.flatMap(({ used }) => (used.known ? [used.value] : []));
  const seen =
    known.length === 0
      ? 'no memory of it was seen in its tree'
      : `only ${mibText(known.reduce(plus, ZERO_BYTES))} on ${busCount(pair.buses.length)} were seen in its tree of ${subject.members.length}`;
  return [
    {
      code: 'workers-outside-tree',
      text: `workers may live outside the process tree (${named.length === 0 ? 'tree-incomplete' : named.join('; ')}): ${seen}, a lower bound`,
      confidence: usesRay ? 'high' : 'medium',
      evidence: [
        ...(usesRay ? [settingSource('use_ray')] : []),
        ...(places.length === 0 ? [] : ["the tree: parents and titles of the node's processes"]),
        ...(known.length === 0 ? [] : [residentSource({ bus: null })]),
      ],
    },
  ];
}

function busCount(count: number): string {
  return count === 1 ? '1 GPU' : `${count} GPUs`;
}
