// The shape of a table as JSON, residuum.table/1: checked when it is written and read, and published as a JSON Schema.
import { z } from 'zod';
import { PRESETS, TABLE_NAMES } from '../evidence.ts';
import { policySchema } from '../gate/gate-schema.ts';
import { TABLE_SCHEMA } from '../schema-names.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const atMs = z.number().describe('milliseconds since 1970, on the clock of whoever recorded');
const redaction = z.enum(['names', 'none']).describe('names: hosts, users, addresses, paths and models are stand-ins');

const from = z
  .strictObject({
    node: z.string(),
    atMs,
    source: z.enum(['nvidia-smi', 'proc', 'engine', 'derived', 'user']),
    frame: sha256.optional().describe('of the frame that it was read from'),
    ageMs: z.number().optional().describe("how old an engine's answer was"),
  })
  .optional();

const cellSchema = z.union([
  z.strictObject({ text: z.string(), from }),
  z.strictObject({ value: z.number().describe('bytes, seconds, a fraction or a count, as the column says'), from }),
  z.strictObject({ min: z.number(), median: z.number(), max: z.number(), count: z.int(), from }),
  z.strictObject({ unknown: z.string().describe('why, in words'), from }),
  z.null().describe('nothing belongs here; not the same as unknown'),
]);

const columnSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z
    .enum(['text', 'count', 'bytes', 'change', 'share', 'seconds'])
    .describe('change: signed bytes; share: a fraction'),
});

export const tableSchema = z.strictObject({
  schema: z.literal(TABLE_SCHEMA),
  appVersion: z.string().describe('of the program that made the table'),
  recordings: z
    .array(
      z.strictObject({
        sha256: sha256.describe('of the bytes of the file'),
        size: z.int().describe('of the file, bytes'),
        format: z.int(),
        appVersion: z.string(),
        probeSha256: sha256,
        startedMs: atMs,
        redaction,
      }),
    )
    .max(2)
    .describe('for arms, and a comparison of two, A and B; otherwise one; none where it was not closed'),
  unsaved: z
    .strictObject({ startedMs: atMs })
    .optional()
    .describe('of a recording that was not closed and so has no hash'),
  choices: z.strictObject({
    table: z.enum(TABLE_NAMES),
    preset: z.enum(PRESETS),
    unit: z.enum(['MiB', 'GiB']).describe('of the texts made from it; here sizes are bytes'),
    digits: z.int().min(0).max(3).optional().describe('of GiB; two where it is not said'),
    at: z.string(),
    beside: z
      .string()
      .optional()
      .describe('of a comparison: the moments of B, of the second recording where there are two'),
    engines: z
      .array(z.string())
      .optional()
      .describe('whose cycles are compared, as selectors; all where it is not said'),
    node: z.string(),
    redaction,
  }),
  looks: z
    .array(z.strictObject({ recording: z.int().min(0), atMs, frame: sha256 }))
    .describe('that the table was read from; empty where it was all of them'),
  allLooks: z.int().min(0),
  policy: policySchema,
  table: z.strictObject({
    name: z.string(),
    title: z.string(),
    isDemo: z.boolean(),
    columns: z.array(columnSchema),
    rows: z.array(z.array(cellSchema)),
    notes: z.array(z.string()),
  }),
});

export type TableJson = z.infer<typeof tableSchema>;
export type CellJson = TableJson['table']['rows'][number][number];
