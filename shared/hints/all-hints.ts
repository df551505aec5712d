// Every rule asked once, in the order of HINT_CODES. A hint explains; a verdict is made elsewhere and does not read it.
import { accountingContaminated } from './accounting-contaminated.ts';
import { coTenants } from './co-tenant.ts';
import { contextAndNccl } from './context-and-nccl.ts';
import { expandableSegments } from './expandable-segments.ts';
import { foreignContextHints } from './foreign-context.ts';
import { goneHolders } from './gone-holders.ts';
import { graphNotReleased } from './graph-not-released.ts';
import { growingOverCycles } from './growing-over-cycles.ts';
import type { Hint, HintCode, HintInput, HintRule } from './hint.ts';
import { HINT_CODES } from './hint.ts';
import { releaseFreedNothing } from './release-freed-nothing.ts';
import { weightsOnly } from './weights-only.ts';
import { workersOutsideTree } from './workers-outside-tree.ts';

const RULES: Readonly<Record<HintCode, HintRule>> = {
  'release-freed-nothing': releaseFreedNothing,
  'weights-only': weightsOnly,
  'graph-not-released': graphNotReleased,
  'expandable-segments': expandableSegments,
  'workers-outside-tree': workersOutsideTree,
  'context-and-nccl': contextAndNccl,
  'growing-over-cycles': growingOverCycles,
  'co-tenant': coTenants,
  'gone-holders': goneHolders,
  'foreign-context': foreignContextHints,
  'accounting-contaminated': accountingContaminated,
};

export function allHints(input: HintInput): Hint[] {
  return HINT_CODES.flatMap((code) => RULES[code](input));
}
