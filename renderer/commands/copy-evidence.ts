// Copies a whole table of evidence at once: the states of the last cycle, or the gate after it. Names are stand-ins.
import { evidenceText } from '../../shared/evidence/evidence-text.ts';
import { RecordedError } from '../../shared/recorded/recorded-error.ts';
import { recordedEvidence } from '../../shared/recorded/recorded-evidence.ts';
import { copyText } from '../components/clipboard.ts';
import type { AppModel } from '../store/app-model.ts';
import { evidenceProblem } from '../store/evidence-reader.ts';
import { shownLook } from '../store/shown-look.ts';
import { settledSide } from '../view/evidence-looks.ts';
import { timeText } from '../view/time-text.ts';

export type OneClickTable = 'states' | 'gate';

/** As the command line makes them of the same file: `--table states --preset min-max`, and `--table gate --at …`. */
const ONE_CLICK = {
  states: { table: 'states', preset: 'min-max' },
  gate: { table: 'gate', preset: 'pr-table' },
} as const;

/** Resolves to the words that say how it went. */
export async function copyEvidence(model: AppModel, table: OneClickTable): Promise<string> {
  const { nodes, shown, cursorMs, info, version } = model.store.get();
  const open = shown === undefined ? undefined : nodes.get(shown);
  const moment = open === undefined ? undefined : shownLook(open, cursorMs);
  if (open === undefined || moment === undefined) return 'Not copied: there is no look yet.';
  try {
    const place = model.evidence.placeOf(open, moment.atMs);
    const at = new Date(Math.ceil(moment.atMs)).toISOString();
    const side = settledSide(await model.evidence.side(place, { at, cycle: undefined, redaction: 'names' }));
    const appVersion = info?.version ?? version ?? 'unknown';
    const evidence = recordedEvidence(side, undefined, { ...ONE_CLICK[table], unit: 'MiB', appVersion });
    if (!(await copyText(evidenceText(evidence, 'md')))) return 'Not copied: the browser refused.';
    const cycles = new Set(side.states.flatMap(({ cycle }) => cycle ?? []));
    const of = cycles.size === 0 ? 'the last look' : `cycle ${[...cycles].join(', ')}`;
    return table === 'states'
      ? `Copied the states of ${of} as Markdown; names are stand-ins.`
      : `Copied the gate of ${timeText(side.found.atMs)} UTC as Markdown; names are stand-ins.`;
  } catch (error) {
    const isOurs = error instanceof RecordedError;
    return `Not copied: ${isOurs ? error.message : evidenceProblem(error)}`;
  }
}
