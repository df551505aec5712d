// The shape of `gate --json`, residuum.gate/1: checked when it is written, and published as a JSON Schema.
import { z } from 'zod';
import { ACCOUNTING_PATHS, ACCOUNTING_REASONS, type AccountingReasonCode } from '../../model/accounting.ts';
import { ENGINE_KINDS } from '../../engines/engine-definition.ts';
import { HINT_CODES } from '../../hints/hint.ts';
import { PROBLEM_CODES } from '../../base/problem.ts';
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import { GATE_SCHEMA } from '../schema-names.ts';

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

const accountingSchema = z.strictObject({
  kind: z
    .literal('recorded-at-start')
    .describe('measured or computed when the engine started; a sleep does not change it'),
  entries: z.array(
    z.strictObject({
      dpRank: z.int().nullable().describe('null where the answer does not tell it; the place in the list is no rank'),
      weightBytes: maybeSize,
      kvcacheBytes: maybeSize,
      graphBytes: maybeSize,
      sumBytes: maybeSize,
    }),
  ),
  maxSumBytes: maybeSize.describe('the largest weight + kvcache + graph of an entry; never a number for one GPU'),
  seedSumBytes: maybeSize.describe("the same by the seed's rules, from /server_info alone"),
  bandBytes: size.describe('how far a sum may be off, because the engine rounds'),
  source: z.enum(ACCOUNTING_PATHS),
  ageMs: z.int().nullable(),
  findings: z.array(z.strictObject({ code: z.string(), where: z.string(), text: z.string() })),
});

const pairSchema = z.strictObject({
  bus: bus.nullable(),
  residentBytes: maybeSize,
  residentAwakeBytes: maybeSize.describe('when it was last seen awake by this program'),
  residentAwakeAgeMs: z.int().nullable().describe('how long before this sample that was'),
  accountingBytes: maybeSize.describe('only where the rank that reports is at home; never spread over GPUs'),
  share: z.number().nullable().describe('resident as a share of accounting'),
  gapBytes: maybeSize,
  bandBytes: maybeSize,
  within: z.boolean().nullable().describe('the gap is smaller than the two resolutions'),
  text: z.string(),
});

const hostSchema = z.strictObject({
  rssBytes: maybeSize.describe('VmRSS over the tree; shared pages count once in each process'),
  rssShmemBytes: maybeSize,
  availableBytes: maybeSize.describe('MemAvailable of the node'),
  rssChangeBytes: maybeSize.describe('since it was last seen awake, signed: moved to host? Never a verdict'),
  availableChangeBytes: maybeSize,
});

const hintSchema = z.strictObject({
  code: z.enum(HINT_CODES),
  text: z.string(),
  confidence: z.enum(['high', 'medium', 'low']),
  evidence: z.array(z.string()),
});

/** What an engine says of itself, beside what is resident: in the gate's and in the probe's output. */
export const saysSchema = z.strictObject({
  endpoint: z
    .strictObject({ host: z.string(), port: z.int() })
    .nullable()
    .describe('where it answered, as seen from the node'),
  version: z.string().nullable().describe('what the engine says; null where it said nothing'),
  model: z.string().nullable(),
  state: z
    .strictObject({
      value: z.enum(['awake', 'asleep', 'partial', 'unknown']),
      source: z.enum(['reported', 'inferred', 'told', 'none']),
      text: z.string(),
    })
    .describe('an inferred state never exempts'),
  accounting: accountingSchema.nullable().describe('what the engine says it uses: shown beside, never judged'),
  accountingReason: z
    .enum(Object.keys(ACCOUNTING_REASONS) as [AccountingReasonCode, ...AccountingReasonCode[]])
    .nullable()
    .describe('why there is no accounting, or no sum in it'),
  gapBytes: maybeSize.describe('resident minus accounting, signed: the sum of the worst bus against maxSumBytes'),
  gapBandBytes: maybeSize.describe('a gap that is no larger is none: the resolutions of both numbers together'),
  pairs: z.array(pairSchema),
  host: hostSchema.nullable(),
  hints: z.array(hintSchema).describe('what may explain it; never part of the verdict'),
});

const cycleSchema = z.strictObject({
  baselineBytes: maybeSize.describe('at the first look, before the release'),
  settleTimeMs: z.number().nullable().describe('from the last look at the baseline to the first still one'),
  timeoutMs: z.number(),
  looks: z.array(z.strictObject({ atMs: z.number().describe('since the first look'), bytes: maybeSize })),
});

const baselineBusSchema = z.strictObject({
  bus: bus.nullable(),
  beforeBytes: maybeSize.describe('what its processes held in the baseline'),
  bytes: maybeSize.describe('what they hold now'),
  changeBytes: maybeSize.describe('signed'),
  change: z
    .enum(['freed', 'stayed', 'grown', 'unknown'])
    .describe('stayed: by no more than the resolution of nvidia-smi, 1 MiB a row'),
});

const engineSchema = z.strictObject({
  name: z.string().describe('by its port, by its pid where it has none or shares it'),
  kind: z.enum([...ENGINE_KINDS, 'tree']),
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
  ...saysSchema.shape,
  processes: z.array(processSchema),
  cycle: cycleSchema.optional().describe('only with --cycle: the release that was waited for'),
  baseline: z
    .array(baselineBusSchema)
    .nullable()
    .optional()
    .describe('only with --baseline: what was freed since; null where nothing can be compared, and problems say why'),
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
  baseline: z
    .strictObject({
      wallTime: z.string().nullable().describe("the node's wall clock then, ISO 8601 UTC"),
      ageMs: z
        .int()
        .nullable()
        .describe("how long before this sample, on the node's monotonic clock; null where unknown"),
      rawSha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable()
        .describe('of the text of its frame'),
    })
    .optional()
    .describe('only with --baseline: the snapshot that was compared with'),
  exitCode: z.int().min(0).max(3),
  engines: z.array(engineSchema),
  devices: z.array(deviceSchema),
  problems: z.array(problemSchema),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type GateReport = z.infer<typeof gateReportSchema>;
export type GateEngine = GateReport['engines'][number];
export type GateDevice = GateReport['devices'][number];
export type BaselineBus = z.infer<typeof baselineBusSchema>;
export type GateProcess = GateEngine['processes'][number];
