// The shape of `compare --json`, residuum.compare/1: checked when it is written, and published as a JSON Schema.
import { z } from 'zod';
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import { ENGINE_KINDS } from '../../engines/engine-definition.ts';
import { policySchema } from '../gate/gate-schema.ts';
import { COMPARE_SCHEMA } from '../schema-names.ts';

const size = z.int().describe('bytes');
const maybeSize = size.nullable().describe('bytes; null when unknown');
const atMs = z.number().describe('milliseconds since 1970, on the clock of whoever recorded');
const bus = z.string().regex(/^[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7]$/);
const reason = z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]);

const momentSchema = z.strictObject({
  file: z.string(),
  asked: z.string().describe('what was typed behind the @; empty for the last look'),
  text: z.string().describe('which moment that is'),
  askedMs: atMs,
  atMs: atMs.describe('of the look that shows it, the last one until then'),
  sinceStartMs: z.number(),
  node: z.string(),
  target: z.string(),
  hostname: z.string().nullable(),
  isDemo: z.boolean(),
  rawSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("of the text of that look's frame"),
});

const engineSideSchema = z.strictObject({
  name: z.string().describe('by its port, by its pid where it has none or shares it'),
  kind: z.enum(ENGINE_KINDS),
  rootPid: z.int(),
  title: z.string(),
  state: z.strictObject({
    value: z.enum(['awake', 'asleep', 'partial', 'unknown']),
    source: z.enum(['reported', 'inferred', 'told', 'none']),
  }),
  residualBytes: maybeSize,
  worstBus: bus.nullable(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']).describe('if it is meant to be asleep at that moment'),
  reasons: z.array(reason),
  accountingBytes: maybeSize.describe('what it says itself, the largest sum of an entry; never judged'),
  gapBytes: maybeSize.describe('resident minus accounting, signed'),
});

const sideSchema = z
  .strictObject({ pids: z.array(z.int()), bytes: maybeSize })
  .nullable()
  .describe('null where nothing of it was listed');

const rowSchema = z.strictObject({
  class: z.enum(['engine', 'orphan', 'trainer', 'process', 'gone', 'unattributed']),
  engine: z.int().nullable().describe('its place in engines'),
  role: z.string(),
  rank: z
    .strictObject({ dp: z.int().nullable(), tp: z.int().nullable(), pp: z.int().nullable(), ep: z.int().nullable() })
    .nullable(),
  bus,
  a: sideSchema,
  b: sideSchema,
  deltaBytes: maybeSize.describe('b minus a, signed'),
  deltaReason: reason.nullable(),
  change: z.enum(['freed', 'grown', 'same', 'new', 'gone', 'unknown']),
  isNoise: z.boolean().describe('no larger than the noise floor: no difference'),
});

/** With `error` set, everything else is null or empty. */
export const compareReportSchema = z.strictObject({
  schema: z.literal(COMPARE_SCHEMA),
  a: momentSchema.nullable(),
  b: momentSchema.nullable(),
  policy: policySchema.nullable(),
  noise: z
    .strictObject({
      bytes: size,
      looks: z.int().describe('idle looks that it was measured from; below 2 it is the step of nvidia-smi'),
    })
    .nullable(),
  engines: z.array(
    z.strictObject({
      a: engineSideSchema.nullable(),
      b: engineSideSchema.nullable(),
      matchedBy: z
        .string()
        .nullable()
        .describe('how the two were told to be the same engine; null without a counterpart'),
    }),
  ),
  rows: z.array(rowSchema).describe('largest difference first, unknown ones before all others'),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type CompareReport = z.infer<typeof compareReportSchema>;
export type CompareMoment = NonNullable<CompareReport['a']>;
export type CompareEngine = CompareReport['engines'][number];
export type CompareEngineSide = NonNullable<CompareEngine['a']>;
export type CompareRow = CompareReport['rows'][number];
