// What `residuum report` costs over a long recording of one node: CPU and memory a look, and whether that grows with it.
import { performance } from 'node:perf_hooks';
import { recordingReport } from '../shared/evidence/recording/recording-report.ts';
import { foldOpened } from '../shared/recorded/fold-opened.ts';
import { openText } from '../shared/recording/open-text.ts';
import { collectedHeap } from './heap.ts';
import { longRecording } from './long-recording.ts';
import type { Progress } from './progress.ts';

export interface ReportTime {
  readonly hours: number;
  /** From the text to the report. */
  readonly msALook: number;
  /** The same against a look of a recording of an eighth of the hours: above 1 where longer ones cost more than they are longer. */
  readonly againstShorter: number;
  /** Held of the fold when the report is made, beside the text. */
  readonly heldBytesALook: number;
}

const HOURS = 4;
const SHORTER = 8;
/** Characters, as a file is read. */
const PIECE = 64 * 1024;

export async function measureReport({ say, signal }: Progress, hours = HOURS): Promise<ReportTime> {
  say(`report on ${hours} h of a busy node`);
  // The first run of this code is slower than all that follow.
  await reportOn((hours / SHORTER) * 3_600);
  signal.throwIfAborted();
  const shorter = await reportOn((hours / SHORTER) * 3_600);
  signal.throwIfAborted();
  const whole = await reportOn(hours * 3_600);
  const { msALook, heldBytesALook } = whole;
  return { hours, msALook, againstShorter: msALook / shorter.msALook, heldBytesALook };
}

async function reportOn(seconds: number): Promise<Pick<ReportTime, 'msALook' | 'heldBytesALook'>> {
  const { text, looks } = longRecording(seconds, true, 1);
  async function* pieces(): AsyncGenerator<string> {
    for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
  }
  const before = collectedHeap();
  const begin = performance.now();
  const folded = await foldOpened(await openText(pieces()));
  const nodes = [...folded.nodes].map(([node, record]) => ({ node, target: node, record }));
  const report = recordingReport({ file: 'bench', recording: null, problems: { count: 0, lines: [] } }, nodes);
  const took = performance.now() - begin;
  const held = collectedHeap() - before;
  if (report.nodes[0]?.looks !== looks || folded.nodes.size !== 1) throw new Error('not every look is in the report');
  return { msALook: took / looks, heldBytesALook: held / looks };
}
