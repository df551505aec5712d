// A table of a recording with everything that says where it comes from: reads the file, or both files of arms.
import { isCompared, type Evidence, type EvidenceChoices } from '../../shared/evidence/evidence.ts';
import { comparedRequests } from '../../shared/recorded/compared-asks.ts';
import { isOfCycle, recordedEvidence } from '../../shared/recorded/recorded-evidence.ts';
import { namedError, readFileSide } from './recorded-file.ts';
import { RecordingError } from '../recording/recording-error.ts';

export interface TableRequest extends Omit<EvidenceChoices, 'at' | 'node'> {
  /** A moment as a user says it; empty for the last look, or the last cycle; of a comparison also several. */
  readonly at: string;
  readonly node: string | undefined;
  /** The other recording of a table of arms or of a comparison. */
  readonly against: string | undefined;
  /** Of the program that makes the table. */
  readonly appVersion: string;
}

/** Throws a RecordingError that says which file, why, and what to do. */
export async function recordedTable(file: string, request: TableRequest): Promise<Evidence> {
  const { table, at, node, against, redaction } = request;
  const cycle = isOfCycle(table) ? cycleNumber(at) : undefined;
  const isOfLook = !isOfCycle(table) && !isCompared(table) && table !== 'cycles';
  const asked = { who: node, at: isOfLook ? at : '', cycle, redaction };
  const compared = comparedRequests(request, against !== undefined);
  if (compared === undefined && isCompared(table)) {
    throw new RecordingError(
      'no-moment',
      `This table shows two moments: say what stands beside --at ${JSON.stringify(at)} with --against @MOMENT.`,
    );
  }
  const side = await readFileSide(file, { ...asked, compared: compared?.own });
  const other =
    table === 'arms' || (compared !== undefined && against !== undefined)
      ? await readFileSide(against ?? file, { ...asked, compared: compared?.other(side) })
      : undefined;
  try {
    return recordedEvidence(side, other, request);
  } catch (error) {
    throw namedError(error, file);
  }
}

/** Throws a RecordingError: a table of states shows several looks at once. */
function cycleNumber(at: string): number | undefined {
  if (at === '') return undefined;
  const number = /^#(\d{1,9})$/.exec(at)?.[1];
  if (number === undefined) {
    throw new RecordingError(
      'no-moment',
      `This table shows the states of a cycle: say --at '#3' for the third one, got ${JSON.stringify(at)}.`,
    );
  }
  return Number(number);
}
