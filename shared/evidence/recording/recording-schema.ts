// The shape of `report --json`, residuum.report/1: checked when it is written, and published as a JSON Schema.
import { z } from 'zod';
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import { ENGINE_KINDS } from '../../engines/engine-definition.ts';
import { AUTO_MARK_KINDS } from '../../session/cycles/auto-marks.ts';
import { policySchema, problemSchema } from '../gate/gate-schema.ts';
import { REPORT_SCHEMA } from '../schema-names.ts';

const size = z.int().describe('bytes');
const maybeSize = size.nullable().describe('bytes; null when unknown');
const atMs = z.number().describe('milliseconds since 1970, on the clock of whoever recorded');
const maybeAt = atMs.nullable();
const bus = z.string().regex(/^[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7]$/);

const cycleSchema = z.strictObject({
  number: z.int().min(1),
  isRestarted: z.boolean().describe('the engine was started again since the cycle before'),
  awakeBytes: size,
  releaseMs: atMs.describe('of the last look at the awake level'),
  firstDropMs: maybeAt,
  settledMs: maybeAt.describe(
    'the first look at the lowest level at which it held still; null when it never did, or fell further before the wake',
  ),
  settleTimeMs: z.number().nullable().describe('from releaseMs: at most this long'),
  settleAtLeastMs: z.number().nullable().describe('from the first look after the release that measured it'),
  residualBytes: maybeSize.describe('what stayed: the median of that level'),
  roseMs: maybeAt.describe(
    'from here on it held still at a higher level until the sleep was over: a wake by tag, or growth',
  ),
  roseBytes: maybeSize.describe('that level; null where it did not rise'),
  residualReason: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]).nullable(),
  freedBytes: maybeSize.describe('awake level minus residual, signed'),
  wakeMs: maybeAt.describe('null while it sleeps, and where its engine ended asleep: see `runs`'),
  wokenBytes: maybeSize,
});

const driftSchema = z.strictObject({
  judgement: z.enum(['growing', 'steady', 'shrinking', 'too-few']).describe('about this measure only, no verdict'),
  cycles: z.int().describe('with a known residual'),
  slopeBytes: z.number().nullable().describe('Theil–Sen, bytes a cycle, signed'),
  intervalBytes: z.tuple([z.number(), z.number()]).nullable().describe('of the slope, at 99 %'),
  growthBytes: maybeSize.describe('last minus first, signed'),
  text: z.string(),
});

const busCyclesSchema = z.strictObject({ cycles: z.array(cycleSchema), drift: driftSchema });

const engineSchema = z.strictObject({
  kind: z.enum(ENGINE_KINDS),
  title: z.string(),
  ports: z.array(z.int()),
  runs: z
    .array(
      z.strictObject({
        rootPid: z.int(),
        looks: z.int(),
        firstMs: maybeAt,
        lastMs: maybeAt,
        recognisedBy: z.string().nullable().describe('how it was told to be the engine of the run before'),
      }),
    )
    .describe('one for each life of it; an engine that was started again is the same engine'),
  unmeasured: z
    .array(z.strictObject({ reason: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]), looks: z.int() }))
    .describe('looks at which its resident memory was unknown, by reason; what happened in them is not known'),
  worst: busCyclesSchema.describe('of each look the largest sum of a bus: the number that the gates judge'),
  buses: z.array(busCyclesSchema.extend({ bus: bus.nullable().describe('null: summed over all GPUs') })),
});

const orphanSchema = z.strictObject({
  kind: z.enum(ENGINE_KINDS),
  title: z.string(),
  pids: z.array(z.int()).describe('of all that were ever part of it'),
  looks: z.int(),
  firstMs: atMs,
  lastMs: atMs,
  isThere: z.boolean().describe('at the last look at the node'),
  buses: z.array(
    z.strictObject({
      bus: bus.nullable(),
      minBytes: maybeSize,
      medianBytes: maybeSize,
      maxBytes: maybeSize,
      lastBytes: maybeSize,
      measured: z.int().describe('looks that measured it; the three sizes are of these'),
    }),
  ),
});

const nodeSchema = z.strictObject({
  node: z.string(),
  target: z.string(),
  hostname: z.string().nullable(),
  driver: z.string().nullable(),
  looks: z.int(),
  firstMs: maybeAt,
  lastMs: maybeAt,
  clock: z
    .strictObject({
      skewMs: z.number().describe("the node's clock minus the recorder's, at the newest look"),
      uncertaintyMs: z.number(),
      verdict: z.enum(['same', 'node-ahead', 'node-behind']),
    })
    .nullable()
    .describe('null where the node would not say its time'),
  problems: z.array(problemSchema).describe('frames that could not be used; at most the newest 50'),
  gaps: z.array(
    z.strictObject({
      fromMs: atMs,
      toMs: atMs,
      cause: z.enum(['link', 'skipped', 'driver', 'no-look']),
      text: z.string(),
    }),
  ),
  engines: z.array(engineSchema),
  orphans: z
    .array(orphanSchema)
    .describe('what engines left whose root is gone, in the order in which they were first seen'),
  marks: z.array(z.strictObject({ atMs, text: z.string(), source: z.enum(['hand', 'script', 'log']) })),
  autoMarks: z.array(
    z.strictObject({
      atMs,
      kind: z.enum(AUTO_MARK_KINDS),
      engine: z.int().nullable().describe('its place in engines'),
      cycle: z.int().nullable(),
      text: z.string(),
    }),
  ),
});

/** With `error` set, `recording` is null and nothing was read. */
export const recordingReportSchema = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  file: z.string(),
  recording: z
    .strictObject({
      format: z.int(),
      appVersion: z.string(),
      startedMs: atMs,
      endMs: atMs.describe('of the last observation'),
      isDemo: z.boolean(),
      policy: policySchema,
      redaction: z.enum(['none', 'names']),
      story: z.array(z.string()),
      observations: z.int(),
      ended: z.string().nullable().describe('why it was ended; null when it was not ended cleanly'),
    })
    .nullable(),
  problems: z.strictObject({
    count: z.int().describe('lines that were not used'),
    lines: z.array(z.strictObject({ line: z.int(), text: z.string() })).describe('the first of them'),
  }),
  nodes: z.array(nodeSchema),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type RecordingReport = z.infer<typeof recordingReportSchema>;
export type ReportNode = RecordingReport['nodes'][number];
export type ReportOrphan = ReportNode['orphans'][number];
export type ReportEngine = ReportNode['engines'][number];
export type ReportCycles = ReportEngine['worst'];
