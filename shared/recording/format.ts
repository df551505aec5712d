// The lines of a recording: a header, then one line an observation, a footer on a clean stop. See the format's page.
import { z } from 'zod';
import { ACCOUNTING_PATHS } from '../model/accounting.ts';
import { observationSchema } from './observation-schema.ts';

/** Counted up with every change; a reader knows the newest alone, and older files are upgraded first. */
export const RECORDING_FORMAT = 2;

const node = z.string().min(1).max(64);
const text = z.string().max(4_096);

/** Where a recording comes from and under which gate it was made. Facts of a node are in its first frame. */
export const headerSchema = z.strictObject({
  kind: z.literal('residuum.recording'),
  format: z.literal(RECORDING_FORMAT),
  appVersion: text,
  probeSha256: text,
  /** On the observer's clock, milliseconds since 1970. */
  startedMs: z.number(),
  /** Of a recording made from demo data: shown wherever it is opened. */
  isDemo: z.boolean(),
  policy: z.strictObject({
    kind: z.enum(['engine-tree', 'whole-gpu']),
    limitBytes: z.number().int().positive(),
    origin: z.enum(['flag', 'environment', 'run', 'default']),
  }),
  /** `none`: as it was seen. `names`: hosts, users, addresses and paths are stand-ins. */
  redaction: z.enum(['none', 'names']),
  nodes: z.array(z.strictObject({ node, target: text })).max(1_000),
  /** Two lines for whoever opens it; empty for a recording of a run. */
  story: z.array(text).max(10),
});
export type RecordingHeader = z.infer<typeof headerSchema>;

const count = z.number().int();
const place = count.min(0);
const delta = z.array(z.union([count, z.string().max(65_540), z.tuple([place, z.string().max(65_540), place])]));

/** A frame as the difference from the frame of the same node and kind before it. */
export const changedFrameSchema = z.strictObject({
  kind: z.literal('frame+'),
  node,
  /** `s` after a sample, `d` after a reading of the devices alone. */
  of: z.enum(['s', 'd']),
  /** Counts the differences since the last whole frame, from 1: a line that is missing in between is noticed. */
  n: place.min(1),
  atMs: z.number(),
  /** How long it took from asking to the last byte, milliseconds. */
  tookMs: z.number(),
  /** What its markers and calls say anew; without it `delta` is of the texts as they are. See `FrameMoves`. */
  id: z.string().min(1).max(32).optional(),
  clocks: z.array(count).min(2).max(10_000).optional(),
  /** The node's wall clock minus the second of `atMs`, seconds. */
  wall: count.optional(),
  /** Of the rest; without it the rest is the same. */
  delta: delta.optional(),
});
export type ChangedFrame = z.infer<typeof changedFrameSchema>;

/** An answer of an engine that says what the one before it said, of the same engine and path. */
export const sameAnswerSchema = z.strictObject({
  kind: z.literal('accounting+'),
  node,
  atMs: z.number(),
  rootPid: count,
  rootStartTicks: count,
  path: z.enum(ACCOUNTING_PATHS).nullable(),
  /** Of what it said: where the whole answer is missing or damaged, the one before that is not taken for it. */
  print: z.string().length(8),
  /** Without it the same as `atMs`. */
  receivedMs: z.number().optional(),
});
export type SameAnswer = z.infer<typeof sameAnswerSchema>;

export const footerSchema = z.strictObject({
  kind: z.literal('end'),
  atMs: z.number(),
  /** Observations before this line. */
  observations: z.number().int().min(0),
  why: text,
});
export type RecordingFooter = z.infer<typeof footerSchema>;

export const lineSchema = z.discriminatedUnion('kind', [
  ...observationSchema.options,
  changedFrameSchema,
  sameAnswerSchema,
  footerSchema,
]);
