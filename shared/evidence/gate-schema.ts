// The shape of `gate --json`, residuum.gate/1: checked when it is written, and published as a JSON Schema.
import { z } from 'zod';
import { PROBLEM_CODES } from '../base/problem.ts';
import { REASONS, type ReasonCode } from '../base/reason.ts';

export const GATE_SCHEMA = 'residuum.gate/1';

const size = z.int().describe('bytes');
const maybeSize = size.nullable().describe('bytes; null when unknown');
const bus = z.string().regex(/^[0-9A-F]{8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-7]$/);
const perBus = z.array(z.strictObject({ bus: bus.nullable(), bytes: maybeSize }));
const reasons = z.array(z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]));
const verdict = z.enum(['pass', 'fail', 'inconclusive']);

export const problemSchema = z.strictObject({ code: z.enum(PROBLEM_CODES), where: z.string(), text: z.string() });

export const nodeSchema = z.strictObject({
  hostname: z.string().nullable(),
  bootId: z.string().nullable(),
  driver: z.string().nullable(),
});

export const sampleSchema = z.strictObject({
  wallTime: z.string().nullable().describe("the node's wall clock, ISO 8601 UTC"),
  monotonicMs: z.int().nullable().describe("the node's monotonic clock, milliseconds since its boot"),
  durationMs: z.int().nullable(),
  rawSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('of the text of the judged frame, as the probe sent it'),
});

const processSchema = z.strictObject({
  pid: z.int(),
  startTicks: z.int().nullable(),
  ppid: z.int().nullable(),
  role: z.string(),
  rank: z
    .strictObject({
      dp: z.int().nullable(),
      tp: z.int().nullable(),
      pp: z.int().nullable(),
      ep: z.int().nullable(),
    })
    .nullable(),
  title: z.string().describe('masked on the node; control characters escaped'),
  containerPid: z.int().nullable(),
  alive: z.enum(['alive', 'gone', 'zombie', 'unreadable']),
  rssBytes: maybeSize,
  perBus,
});

const engineSchema = z.strictObject({
  kind: z.enum(['sglang', 'vllm', 'tree']),
  rootPid: z.int().nullable().describe('null: an orphan, its root is gone'),
  title: z.string(),
  residualBytes: maybeSize,
  atLeastBytes: size.describe('what was seen of it: a lower bound'),
  worstBus: bus.nullable(),
  perBus,
  verdict,
  exempt: z.boolean(),
  reasons,
  seed: z.strictObject({ residualBytes: maybeSize, action: z.enum(['pass', 'fail', 'skip']) }),
  runLimitBytes: maybeSize.describe(
    "the limit in the engine's own environment; null when there is none or it cannot be read",
  ),
  processes: z.array(processSchema),
});

export const deviceSchema = z.strictObject({
  bus,
  uuid: z.string().nullable(),
  name: z.string().nullable(),
  totalBytes: maybeSize,
  reservedBytes: maybeSize,
  usedBytes: maybeSize,
  usedIncludesReserved: z.boolean(),
  freeBytes: maybeSize,
  usedNextBytes: maybeSize.describe('memory.used in the closing reading'),
  moving: z
    .boolean()
    .nullable()
    .describe('used changed until the closing reading: the unattributed rest judges nothing'),
  ledger: z.array(
    z.strictObject({
      class: z.enum(['engine', 'orphan', 'trainer', 'process', 'gone', 'unattributed']),
      label: z.string(),
      pids: z.array(z.int()),
      bytes: maybeSize.describe('signed for unattributed'),
    }),
  ),
});

export const policySchema = z.strictObject({
  kind: z.enum(['engine-tree', 'whole-gpu']),
  limitBytes: size,
  origin: z.enum(['flag', 'environment', 'run', 'default']),
});

/** With exit code 3 `verdict` is null, `error` says why, and everything that was not reached is null or empty. */
export const gateReportSchema = z.strictObject({
  schema: z.literal(GATE_SCHEMA),
  target: z.string(),
  node: nodeSchema.nullable(),
  sample: sampleSchema.nullable(),
  probeSha256: z.string().regex(/^[0-9a-f]{64}$/),
  policy: policySchema.nullable(),
  verdict: verdict.nullable(),
  reasons,
  failOpen: z.boolean(),
  exitCode: z.int().min(0).max(3),
  engines: z.array(engineSchema),
  devices: z.array(deviceSchema),
  problems: z.array(problemSchema),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type GateReport = z.infer<typeof gateReportSchema>;
export type GateEngine = GateReport['engines'][number];
export type GateDevice = GateReport['devices'][number];
export type GateProcess = GateEngine['processes'][number];
