// The shape of an observation, checked wherever one comes from outside: another process, or a recording.
import { z } from 'zod';
import { ACCOUNTING_PATHS, ACCOUNTING_REASONS, type AccountingReasonCode, type RawValue } from '../model/accounting.ts';
import { CONNECT_STEPS, type Observation } from '../model/observation.ts';

/** A frame of 2,000 processes has some 500 KB; whoever sends more is not a probe. */
const LONGEST_FRAME = 8 * 1024 * 1024;
const LONGEST_TEXT = 4_096;

/** After the kind: whoever looks for places in a recording finds them at the beginning of a line. */
const seen = { node: z.string().min(1).max(64), atMs: z.number() };
const text = z.string().max(LONGEST_TEXT);

const frame = z.strictObject({
  kind: z.literal('frame'),
  ...seen,
  askedMs: z.number(),
  text: z.string().max(LONGEST_FRAME),
  fresh: z.boolean(),
  carried: z.array(z.string().max(65_540)),
  skipped: z.number().int().min(0),
});

const reasonCodes = Object.keys(ACCOUNTING_REASONS) as [AccountingReasonCode, ...AccountingReasonCode[]];

const rawValue: z.ZodType<RawValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(rawValue), z.record(z.string(), rawValue)]),
);

const heard = { status: z.number().nullable(), receivedMs: z.number() };
const answer = z.strictObject({
  ...heard,
  kind: z.literal('answer'),
  path: z.enum(ACCOUNTING_PATHS),
  status: z.number(),
  fields: z.record(z.string(), rawValue),
  refused: z.array(
    z.strictObject({
      field: text,
      was: z.enum(['text', 'flag', 'list', 'object', 'number', 'fraction', 'not-finite', 'long-text', 'null']),
    }),
  ),
});
const failure = z.strictObject({
  ...heard,
  kind: z.literal('failure'),
  path: z.enum(ACCOUNTING_PATHS).nullable(),
  why: z.strictObject({ code: z.enum(reasonCodes), where: text }),
});
const accounting = z.strictObject({
  kind: z.literal('accounting'),
  ...seen,
  answer: z.strictObject({
    rootPid: z.number().int(),
    rootStartTicks: z.number().int(),
    endpoint: z.strictObject({ host: text, port: z.number().int() }).nullable(),
    seen: z.discriminatedUnion('kind', [answer, failure]),
  }),
});

const step = z.strictObject({
  kind: z.literal('step'),
  ...seen,
  step: z.enum(CONNECT_STEPS),
  state: z.enum(['running', 'ok', 'warning', 'failed', 'skipped']),
  durationMs: z.number().nullable(),
  text,
  next: text,
});

const link = z.strictObject({
  kind: z.literal('link'),
  ...seen,
  state: z.enum(['connecting', 'connected', 'lost', 'failed', 'closed']),
  text,
  code: z.string().max(64).nullable(),
  retryMs: z.number().nullable(),
});

const mark = z.strictObject({
  kind: z.literal('mark'),
  ...seen,
  text: z.string().max(500),
  source: z.enum(['hand', 'script', 'log']),
});

const told = z.strictObject({
  kind: z.literal('told'),
  ...seen,
  rootPid: z.number().int(),
  rootStartTicks: z.number().int(),
  state: z.enum(['awake', 'asleep']).nullable(),
});

export const observationSchema = z.discriminatedUnion('kind', [
  frame,
  accounting,
  step,
  link,
  mark,
  told,
]) satisfies z.ZodType<Observation>;
