// Copies a whole table of evidence at once: the states of the last cycle, or the gate after it. Names are stand-ins.
import { evidenceText } from '../../shared/evidence/evidence-text.ts';
import { RecordedError } from '../../shared/recorded/recorded-error.ts';
import { comparedRequests } from '../../shared/recorded/compared-asks.ts';
import { recordedEvidence } from '../../shared/recorded/recorded-evidence.ts';
import type { ComparedRequest, RecordedSide } from '../../shared/recorded/recorded-side.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import { copyText } from '../components/clipboard.ts';
import type { AppModel } from '../store/app-model.ts';
import { evidenceProblem } from '../store/evidence-reader.ts';
import { chosenPolicy } from '../store/policy.ts';
import { shownLook } from '../store/shown-look.ts';
import { settledSide } from '../view/evidence/evidence-looks.ts';
import { timeText } from '../view/time-text.ts';

/** Awake, asleep and woken over all cycles, as they stand on the compare screen. */
export interface ComparedCopy {
  readonly a: NodeId;
  readonly b: NodeId | undefined;
  readonly engine: string | undefined;
  readonly overRanks: boolean;
}

export type OneClickTable = 'states' | 'gate' | ComparedCopy;

/** As the command line makes them of the same file: `--table states --preset min-max`, and `--table gate --at …`. */
const ONE_CLICK = {
  states: { table: 'states', preset: 'min-max' },
  gate: { table: 'gate', preset: 'pr-table' },
} as const;

/** Resolves to the words that say how it went. */
export async function copyEvidence(model: AppModel, table: OneClickTable): Promise<string> {
  if (typeof table === 'object') return copyCompared(model, table);
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
    return notCopied(error);
  }
}

function notCopied(error: unknown): string {
  return `Not copied: ${error instanceof RecordedError ? error.message : evidenceProblem(error)}`;
}

/** As the command line makes it: `--table compare-states`, with `--preset min-max` where ranks stand in one row. */
async function copyCompared(model: AppModel, { a, b, engine, overRanks }: ComparedCopy): Promise<string> {
  const { nodes, info, version, settings } = model.store.get();
  const sideOf = async (node: NodeId, compared: ComparedRequest): Promise<RecordedSide> => {
    const open = nodes.get(node);
    const newest = open?.session.moment;
    if (open === undefined || newest === undefined) throw new RecordedError('no-moment', 'there is no look yet.');
    const place = model.evidence.placeOf(open, newest.atMs);
    return model.evidence.side(place, { at: '', cycle: undefined, redaction: 'names', compared });
  };
  try {
    const engines = engine === undefined ? [] : [engine];
    const isLive = nodes.get(a)?.capabilities.isLive === true;
    const policy = isLive ? chosenPolicy(settings, info, undefined).policy : undefined;
    const wanted = comparedRequests({ table: 'compare-states', at: '', engines }, b !== undefined, policy);
    if (wanted === undefined) throw new Error('that table compares');
    const side = await sideOf(a, wanted.own);
    const against = b === undefined ? undefined : await sideOf(b, wanted.other(side));
    const appVersion = info?.version ?? version ?? 'unknown';
    const preset = overRanks ? 'min-max' : 'pr-table';
    const request = { table: 'compare-states', preset, unit: 'MiB', engines, appVersion } as const;
    const text = evidenceText(recordedEvidence(side, against, request), 'md');
    if (!(await copyText(text))) return 'Not copied: the browser refused.';
    return `Copied ${b === undefined ? 'all cycles' : 'all cycles of both runs'} as Markdown; names are stand-ins.`;
  } catch (error) {
    return notCopied(error);
  }
}
