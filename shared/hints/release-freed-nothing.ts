// enable_memory_saver is false and resident is not below the awake level: a release answers 200 and frees nothing.
import type { Bytes } from '../base/units.ts';
import { AWAKE_FROM, isContaminated } from '../session/engine-state.ts';
import { mibAndGibText, mibText, percentText } from '../session/size-text.ts';
import type { Hint, HintInput } from './hint.ts';
import { accountingSource, AWAKE_SOURCE, isSaidAwake, residentSource, settingSource } from './provenance.ts';

/** SGLang: rlix docs/tms-fixes.md #1, sglang#4336. Its own level when awake is preferred to its accounting. */
export function releaseFreedNothing({ statement, state, pair }: HintInput): Hint[] {
  const { resident, residentAwake } = pair.engine;
  if (statement?.configuration['enable_memory_saver'] !== false || isSaidAwake(state) || !resident.known) return [];
  const { accounting } = statement;
  const hint = (level: Bytes, named: string, source: string): Hint[] => {
    if (level <= 0 || resident.value < level * AWAKE_FROM) return [];
    const share = percentText(resident.value / level);
    return [
      {
        code: 'release-freed-nothing',
        text: `${mibText(resident.value)} are resident, ${share} of the ${named}, and enable_memory_saver is false: a release answers 200 and frees nothing; start the engine with --enable-memory-saver`,
        confidence: state.source === 'told' || state.source === 'reported' ? 'high' : 'medium',
        evidence: [residentSource(pair.engine), source, settingSource('enable_memory_saver')],
      },
    ];
  };
  if (residentAwake?.resident.known === true) {
    const level = residentAwake.resident.value;
    return hint(level, `${mibText(level)} when last awake`, AWAKE_SOURCE);
  }
  if (!accounting.known || !accounting.value.maxSum.known || isContaminated(statement)) return [];
  const level = accounting.value.maxSum.value;
  return hint(level, `${mibAndGibText(level)} accounted`, accountingSource(accounting.value));
}
