// The lines of a recording: a header, then one line an observation, a footer on a clean stop. See the format's page.
import { z } from 'zod';
import { observationSchema } from './observation-schema.ts';

/** Counted up with every change; a reader knows the newest alone, and older files are upgraded first. */
export const RECORDING_FORMAT = 1;

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

const place = z.number().int().min(0);
const delta = z.array(
  z.union([z.tuple([place, place]), z.tuple([place, place, z.string(), place]), z.string().max(65_540)]),
);

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
  delta,
});
export type ChangedFrame = z.infer<typeof changedFrameSchema>;

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
  footerSchema,
]);
