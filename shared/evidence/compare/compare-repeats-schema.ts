// The shape of `compare --json` over several cycles or ranks, residuum.compare-repeats/1: checked when it is written, and
// published as a JSON Schema.
import { z } from 'zod';
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import { ENGINE_KINDS } from '../../engines/engine-definition.ts';
import { policySchema } from '../gate/gate-schema.ts';
import { COMPARE_REPEATS_SCHEMA } from '../schema-names.ts';

const count = z.int().nonnegative();
const bus = z.string().regex(/^[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7]$/);
const reasons = z.array(z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]));

const range = z
  .strictObject({ minBytes: z.int(), medianBytes: z.int(), maxBytes: z.int() })
  .nullable()
  .describe('of what was measured, null when nothing was; of an even number the lower middle one');

export const measured = { range, measured: count.describe('how many of them'), of: count };

export const repeatSchema = z.strictObject({
  cycle: z.int().nullable().describe('null for a moment that is not of a cycle'),
  atMs: z.number().nullable().describe('of the look that shows it; null with why'),
  sinceStartMs: z.number().nullable(),
  rawSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe("of the text of that look's frame"),
  why: z.string().nullable().describe('why there is no look; it counts as not measured'),
});

/** Whose moments they are. */
export const momentsOf = {
  name: z.string().nullable().describe('of the engine whose cycles these are; null for a moment of no cycle'),
  rootPids: z.array(z.int()).describe('of that engine, one for each life, in order of time'),
};

export const othersSchema = z.array(z.string()).describe('engines that have cycles as well and are not shown');

const sideSchema = z.strictObject({
  file: z.string(),
  asked: z.string().describe('what was typed behind the @'),
  text: z.string().describe('which moments these are'),
  node: z.string(),
  target: z.string(),
  hostname: z.string().nullable(),
  isDemo: z.boolean(),
  cycles: z
    .array(z.strictObject({ ...momentsOf, repeats: z.array(repeatSchema) }))
    .describe('of each engine its own, the most first; whoever has none is looked at in the first of them'),
  others: othersSchema,
});

export const repeatsEngineSchema = z.strictObject({
  name: z.string().describe('by its port, by its pid where it has none or shares it'),
  cyclesOf: count.describe('whose moments it is looked at in: the place in cycles of its side'),
  kind: z.enum(ENGINE_KINDS),
  title: z.string(),
  rootPids: z.array(z.int()).describe('one for each life, in order of time'),
  residual: z.strictObject(measured).describe('of the worst GPU, the number that the gates judge'),
  verdicts: z
    .strictObject({ pass: count, fail: count, inconclusive: count })
    .describe('if it is meant to be asleep; so many of the repeats in which it was there'),
  reasons,
  accounting: z.strictObject(measured).describe('what it says itself; never judged'),
  gap: z.strictObject(measured).describe('resident minus accounting, signed'),
});

export const rowSideSchema = z.strictObject({
  pids: z.array(z.int()).describe('of all repeats'),
  ...measured,
  listed: count.describe('in how many it was listed; in the other measured ones it held nothing'),
  reasons: reasons.describe('why others were not measured'),
});

export const rowName = {
  class: z.enum(['engine', 'orphan', 'trainer', 'process', 'gone', 'unattributed']),
  engine: z.int().nullable().describe('its place in engines'),
  role: z.string(),
  rank: z
    .strictObject({ dp: z.int().nullable(), tp: z.int().nullable(), pp: z.int().nullable(), ep: z.int().nullable() })
    .nullable()
    .describe('null over several ranks as well'),
  buses: z.array(bus),
};

const rowSchema = z.strictObject({
  ...rowName,
  a: rowSideSchema,
  b: rowSideSchema,
  delta: z.strictObject(measured).describe('b minus a, signed, of each pair'),
  change: z.enum(['freed', 'grown', 'same', 'new', 'gone', 'varies', 'unknown']),
  isNoise: z.boolean().describe('no pair differs by more than the noise floor, and none is unknown'),
});

export const noiseSchema = z
  .strictObject({
    bytes: z.int(),
    looks: z.int().describe('most idle looks around one repeat; below 2 it is the step of nvidia-smi'),
  })
  .nullable();

/** With `error` set, everything else is null or empty. */
export const compareRepeatsSchema = z.strictObject({
  schema: z.literal(COMPARE_REPEATS_SCHEMA),
  a: sideSchema.nullable(),
  b: sideSchema.nullable(),
  policy: policySchema.nullable(),
  noise: noiseSchema,
  isPaired: z.boolean().describe('repeat by repeat; otherwise every one of a with every one of b'),
  overRanks: z.boolean().describe('the ranks of an engine are repeats of one row'),
  engines: z.array(
    z.strictObject({
      a: repeatsEngineSchema.nullable(),
      b: repeatsEngineSchema.nullable(),
      matchedBy: z.string().nullable().describe('how the two were told to be the same engine'),
    }),
  ),
  rows: z.array(rowSchema).describe('largest middle difference first, unknown ones before all others'),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type CompareRepeats = z.infer<typeof compareRepeatsSchema>;
export type RepeatsSide = NonNullable<CompareRepeats['a']>;
export type RepeatsEngineSide = NonNullable<CompareRepeats['engines'][number]['a']>;
export type RepeatsRow = CompareRepeats['rows'][number];
export type Measured = RepeatsRow['delta'];
