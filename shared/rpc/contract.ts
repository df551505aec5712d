// Everything that a window and its host say to each other: one object of checks, from which both ends take their types.
import { z } from 'zod';
import type { Observation } from '../model/observation.ts';
import { observationSchema } from '../recording/observation-schema.ts';
import { stream, unary } from './method.ts';

/** By its own type, not the one that the checks spell out. */
const observation: z.ZodType<Observation> = observationSchema;

const nodeId = z.string().min(1).max(64);
/** A TARGET as on the command line: an ssh alias, `[user@]host[:port]`, `local`, `demo[:scenario]`. */
const target = z.string().min(1).max(512);
const nothing = z.strictObject({});

const targetEntry = z.strictObject({
  target,
  kind: z.enum(['recent', 'ssh-config', 'local', 'demo']),
  label: z.string(),
  /** `user@host:port` as the ssh configuration resolves it, with `bastion → ` before it; or what a demo shows. */
  detail: z.string(),
  /** Why it cannot be used; empty when nothing speaks against it. */
  problem: z.string(),
  /** When it was last connected to, milliseconds since 1970. */
  lastMs: z.number().nullable(),
});
export type TargetEntry = z.infer<typeof targetEntry>;

const openNodeEntry = z.strictObject({ node: nodeId, target, isDemo: z.boolean(), intervalMs: z.number() });
export type OpenNodeEntry = z.infer<typeof openNodeEntry>;

/** The longest name of a file has 255 bytes. */
const recordingId = z.string().min(1).max(300);

const recordingEntry = z.strictObject({
  id: recordingId,
  /** `kept`: of the last hours, pruned by itself. `file`: named when the host was started. */
  kind: z.enum(['saved', 'kept', 'demo', 'file']),
  name: z.string(),
  bytes: z.number(),
  /** When it was written to last, milliseconds since 1970. */
  changedMs: z.number(),
  startedMs: z.number().nullable(),
  isDemo: z.boolean(),
  story: z.array(z.string()),
  targets: z.array(z.string()),
  /** It is being recorded now. */
  isWritten: z.boolean(),
  /** Why it cannot be opened; empty when it can. */
  problem: z.string(),
});
export type RecordingEntry = z.infer<typeof recordingEntry>;

const recorderState = z.strictObject({
  /** Whether open nodes are recorded; the user may have turned it off. */
  isOn: z.boolean(),
  /** How many nodes are being recorded. */
  files: z.number().int(),
  /** Why nothing is recorded any more; null while all is well. */
  stopped: z.string().nullable(),
});
export type RecorderState = z.infer<typeof recorderState>;

/** SHA256:… of the one unknown host key that the user has looked at and accepts; nothing is accepted unseen. */
const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/);

/** Between two samples. Per-process queries take the driver's global lock, so not below half a second. */
const intervalMs = z.number().int().min(500).max(600_000);

const appInfo = z.strictObject({
  version: z.string(),
  host: z.enum(['web', 'desktop']),
  probeSha256: z.string(),
  /** `MILES_MAX_RESIDUAL_GPU_MEM_GB` of the host's machine, as it is written there. */
  limitVariable: z.string().nullable(),
});
export type AppInfo = z.infer<typeof appInfo>;

/** The setting that is `off` where the user wants no engine to be asked for its own numbers. */
export const ASK_ENGINES_SETTING = 'ask-engines';

export const contract = {
  'app.info': unary(nothing, appInfo),
  'targets.list': unary(nothing, z.strictObject({ targets: z.array(targetEntry), notes: z.array(z.string()) })),
  'nodes.list': unary(nothing, z.strictObject({ nodes: z.array(openNodeEntry) })),
  /** Answers at once; how it goes is observed. A target that is open already is the same node, at this interval now. */
  'node.open': unary(
    z.strictObject({ target, intervalMs, acceptHostKey: fingerprint.optional() }),
    z.strictObject({ node: nodeId }),
  ),
  /** What is known so far in short (steps, link, the newest look), then everything as it happens. */
  'node.observe': stream(z.strictObject({ node: nodeId }), observation),
  'node.configure': unary(z.strictObject({ node: nodeId, intervalMs }), nothing),
  /** Takes a look now instead of at the next interval. */
  'node.look': unary(z.strictObject({ node: nodeId }), nothing),
  /** Connects again now instead of at the end of the countdown. */
  'node.retry': unary(z.strictObject({ node: nodeId, acceptHostKey: fingerprint.optional() }), nothing),
  /** Where an engine listens, as the user types it; null takes it back. */
  'node.endpoint': unary(
    z.strictObject({
      node: nodeId,
      rootPid: z.number().int(),
      rootStartTicks: z.number().int(),
      address: z.strictObject({ host: z.string().max(255), port: z.number().int().min(1).max(65_535) }).nullable(),
    }),
    nothing,
  ),
  /** Becomes an observation, so that a recording has it. */
  'node.tell': unary(
    z.strictObject({
      node: nodeId,
      rootPid: z.number().int(),
      rootStartTicks: z.number().int(),
      state: z.enum(['awake', 'asleep']).nullable(),
    }),
    nothing,
  ),
  /** Of all open nodes: the one that is named must be open. */
  'node.mark': unary(z.strictObject({ node: nodeId, text: z.string().max(500) }), nothing),
  'node.close': unary(z.strictObject({ node: nodeId }), nothing),
  /** `notes`: about files that are there and not listed. */
  'recordings.list': unary(
    nothing,
    z.strictObject({ recordings: z.array(recordingEntry), notes: z.array(z.string()) }),
  ),
  /** The text of one, from its beginning to its present end, in pieces. */
  'recordings.open': stream(z.strictObject({ id: recordingId }), z.string().max(1024 * 1024)),
  /** Of the bytes of its file as they are now: what evidence of it names. */
  'recordings.identity': unary(
    z.strictObject({ id: recordingId }),
    z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().min(0) }),
  ),
  /**
   * Gives a name to one that is kept, so that it stays, or another name to one that has one. Several that are kept become
   * one file, with what there is of them now.
   */
  'recordings.save': unary(
    z.strictObject({ ids: z.array(recordingId).min(1).max(64), name: z.string().max(200) }),
    z.strictObject({ id: recordingId }),
  ),
  /** Whether open nodes are being recorded, now and whenever that changes. */
  'recordings.state': stream(nothing, recorderState),
  /** Records again after a failure, for example when somebody has made room. */
  'recordings.resume': unary(nothing, nothing),
  /** Whether open nodes are recorded, from now on and at the next start. */
  'recordings.turn': unary(z.strictObject({ isOn: z.boolean() }), nothing),
  /**
   * A figure of the page as PNG, drawn as the command line draws it, at its scale: the page has no font of ours. The
   * answer is base64.
   */
  'figure.png': unary(z.strictObject({ svg: z.string().max(900_000) }), z.strictObject({ png: z.string() })),
  /** Small things that the user chose, such as the limit; text values by name. */
  'settings.read': unary(nothing, z.strictObject({ values: z.record(z.string(), z.string()) })),
  'settings.write': unary(
    z.strictObject({ name: z.string().max(64), value: z.string().max(4_096).nullable() }),
    nothing,
  ),
} as const;

export type Contract = typeof contract;
