// The shape of `compare --states --json`, residuum.compare-states/1: checked when it is written, and published as a JSON
// Schema.
import { z } from 'zod';
import {
  measured,
  momentsOf,
  noiseSchema,
  othersSchema,
  repeatSchema,
  repeatsEngineSchema,
  rowName,
  rowSideSchema,
} from './compare-repeats-schema.ts';
import { policySchema } from '../gate/gate-schema.ts';
import { COMPARE_STATES_SCHEMA } from '../schema-names.ts';

const delta = z.strictObject(measured);

function ofStates<Shape extends z.ZodType>(shape: Shape) {
  return z.strictObject({ awake: shape, asleep: shape, woken: shape });
}

const runSchema = z.strictObject({
  file: z.string(),
  node: z.string(),
  target: z.string(),
  hostname: z.string().nullable(),
  isDemo: z.boolean(),
  text: z.string().describe('whose cycles these are'),
  cycles: z
    .array(z.strictObject({ ...momentsOf, states: ofStates(z.array(repeatSchema)).describe('one look a cycle') }))
    .describe('of each engine its own, the most first; whoever has none is looked at in the first of them'),
  others: othersSchema,
});

/** With `error` set, everything else is null or empty. */
export const compareStatesSchema = z.strictObject({
  schema: z.literal(COMPARE_STATES_SCHEMA),
  a: runSchema.nullable(),
  b: runSchema.nullable().describe('null where there is one run only'),
  policy: policySchema.nullable(),
  noise: noiseSchema,
  overRanks: z.boolean().describe('the ranks of an engine are repeats of one row'),
  engines: z.array(
    z.strictObject({
      a: repeatsEngineSchema.nullable().describe('while it is asleep'),
      b: repeatsEngineSchema.nullable(),
      matchedBy: z.string().nullable(),
    }),
  ),
  rows: z
    .array(
      z.strictObject({
        ...rowName,
        a: ofStates(rowSideSchema),
        b: ofStates(rowSideSchema).nullable(),
        slept: delta.describe('of a: asleep minus awake, cycle by cycle'),
        woke: delta.describe('of a: woken minus awake, cycle by cycle'),
        delta: ofStates(delta)
          .nullable()
          .describe('b minus a, every one with every one; null where there is one run only'),
        isNoise: z.boolean().describe('nothing that is compared differs by more than the noise floor, none is unknown'),
      }),
    )
    .describe('largest middle difference first, unknown ones before all others'),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type CompareStates = z.infer<typeof compareStatesSchema>;
export type StatesRun = NonNullable<CompareStates['a']>;
export type StatesReportRow = CompareStates['rows'][number];
