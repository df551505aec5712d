// The shape of `probe --json`, residuum.snapshot/1: what was seen on a node, without any judgement.
import { z } from 'zod';
import { REASONS, type ReasonCode } from '../../base/reason.ts';
import { SNAPSHOT_SCHEMA } from '../schema-names.ts';
import { ENGINE_KINDS } from '../../engines/engine-definition.ts';
import { deviceSchema, nodeSchema, problemSchema, sampleSchema, saysSchema } from './gate-schema.ts';

const maybeSize = z.int().nullable().describe('bytes; null when unknown');

const processSchema = z.strictObject({
  pid: z.int(),
  startTicks: z.int(),
  ppid: z.int(),
  state: z.string(),
  comm: z.string(),
  title: z.string().describe('masked on the node; control characters escaped'),
  uid: z.int().nullable(),
  containerPid: z.int().nullable(),
  cgroup: z.string(),
  rssBytes: maybeSize,
  rssShmemBytes: maybeSize,
  role: z.string(),
  engineRootPid: z.int().nullable(),
});

const usageSchema = z.strictObject({
  bus: z.string().nullable(),
  pid: z.int(),
  bytes: maybeSize,
  alive: z.enum(['alive', 'gone', 'zombie', 'unreadable']),
  class: z.enum(['engine', 'orphan', 'trainer', 'process', 'gone', 'hidden']),
});

const callSchema = z.strictObject({
  name: z.string(),
  command: z.string(),
  durationMs: z.int().nullable(),
  exitCode: z.int().nullable(),
  cancelled: z.boolean(),
});

const engineSchema = z.strictObject({
  kind: z.enum(ENGINE_KINDS),
  rootPid: z.int(),
  title: z.string(),
  ports: z.array(z.int()).describe('where its command line says that it listens'),
  ...saysSchema.omit({ hints: true }).shape,
});

export const snapshotReportSchema = z.strictObject({
  schema: z.literal(SNAPSHOT_SCHEMA),
  target: z.string(),
  node: nodeSchema
    .extend({
      pidNamespace: z.enum(['host', 'inner', 'unknown']),
      bootTimeS: z
        .int()
        .nullable()
        .describe('when the node booted, seconds since 1970 UTC: the zero of its monotonic clock'),
      hidepid: z.string().nullable(),
      memoryTotalBytes: maybeSize,
      memoryAvailableBytes: maybeSize,
    })
    .nullable(),
  sample: sampleSchema.nullable(),
  probeSha256: z.string(),
  driverReasons: z.array(z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]])),
  devices: z.array(deviceSchema),
  usage: z.array(usageSchema).nullable().describe("the driver's list; null when there was none"),
  engines: z.array(engineSchema).describe('what each engine says of itself, beside what is resident'),
  processes: z.array(processSchema),
  scan: z
    .strictObject({
      complete: z.boolean(),
      listed: z.int().nullable(),
      unreadable: z.int().nullable(),
      vanished: z.int().nullable(),
    })
    .nullable(),
  holders: z.array(z.strictObject({ pid: z.int(), paths: z.array(z.string()) })),
  calls: z.array(callSchema),
  problems: z.array(problemSchema),
  error: z.strictObject({ code: z.string(), text: z.string() }).optional(),
});

export type SnapshotReport = z.infer<typeof snapshotReportSchema>;
