// `residuum record TARGET… --out FILE`: keeps what nodes show, until it is stopped or its time is over.
import { rename, rm, stat } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { compressRecording } from '../../node/recording/compress-recording.ts';
import { LinkError } from '../../node/link/link-error.ts';
import { observerClock } from '../../node/probe/observer-clock.ts';
import { openLink } from '../../node/open-link.ts';
import { probeSha256 } from '../../node/recording/provenance.ts';
import { RunRecorder, type RecorderEvent } from '../../node/service/run-recorder.ts';
import { RecordingError } from '../../node/recording/recording-error.ts';
import { RecordingWriter } from '../../node/recording/recording-writer.ts';
import { RETRY_DELAYS_MS } from '../../node/service/retry-delays.ts';
import { WatchedNode } from '../../node/service/watched-node.ts';
import { parseTarget } from '../../node/link/target.ts';
import { choosePolicy } from '../../shared/gates/limit.ts';
import { LIMIT_VARIABLE, POLICY_KINDS, type PolicyKind } from '../../shared/gates/policy.ts';
import type { NodeId } from '../../shared/model/observation.ts';
import { RECORDING_FORMAT, type RecordingHeader } from '../../shared/recording/format.ts';
import { COULD_NOT_RUN } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { addLinkOptions, secondsOption, TARGET_HELP, type LinkOptions } from '../node-options.ts';
import { engineKeyOf, linkOptions, probeLimits } from '../open-node.ts';
import { RecordProgress, recordedSentence } from '../record-progress.ts';
import { UsageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';

interface RecordOptions extends LinkOptions {
  readonly out: string;
  readonly duration?: string;
  readonly interval: string;
  readonly force?: true;
  readonly maxResidualGib?: string;
  readonly policy: PolicyKind;
  /** commander gives true unless `--no-gzip` was said. */
  readonly gzip: boolean;
  /** The same of `--no-accounting`. */
  readonly accounting: boolean;
}

/** Per-process queries take the driver's global lock: once in two seconds disturbs nobody. */
const DEFAULT_INTERVAL_S = '2';
const PROGRESS_MS = 1_000;
/** A full disk may have room again at any time; trying costs nothing. */
const RETRY_WRITE_MS = 5_000;

export function recordCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  const command = program
    .command('record')
    .description('keep what nodes show in a file, which can be reported on and compared later')
    .argument('<target...>', TARGET_HELP);
  addLinkOptions(command)
    .requiredOption('--out <file>', 'the recording, such as run.residuum.jsonl; compressed when it ends')
    .option('--duration <seconds>', 'how long to record (default: until Ctrl-C)')
    .option('--interval <seconds>', 'from the beginning of one look to the next', DEFAULT_INTERVAL_S)
    .option('--force', 'replace a file that is there')
    .option('--no-accounting', 'do not ask the engines for their own numbers')
    .option('--no-gzip', 'leave the file as text when it ends')
    .option('--max-residual-gib <number>', `limit kept with it, in GiB (default: ${LIMIT_VARIABLE}, then 3.0 or 7.0)`)
    .addOption(new Option('--policy <kind>', 'gate kept with it').choices(POLICY_KINDS).default('engine-tree'))
    .action(async (targets: readonly string[], options: RecordOptions) => finish(await record(targets, options, io)));
}

async function record(targets: readonly string[], options: RecordOptions, io: CommandIo): Promise<number> {
  try {
    return await recordUntilStopped(targets, options, io);
  } catch (error) {
    if (error instanceof UsageError || error instanceof LinkError || error instanceof RecordingError) {
      io.err(`${error.message}\n`);
      return COULD_NOT_RUN;
    }
    throw error;
  }
}

async function recordUntilStopped(targets: readonly string[], options: RecordOptions, io: CommandIo): Promise<number> {
  const durationMs = secondsOption('--duration', options.duration);
  const intervalMs = secondsOption('--interval', options.interval) ?? 0;
  const now = observerClock();
  const startedMs = now();
  const header = headerOf(targets, options, io, startedMs);
  const probe = probeLimits(options);
  // Last, so that a command that cannot be carried out takes no file away.
  const place = await freePlace(options);
  const { file } = place;
  const writer = RecordingWriter.create(file, header);
  const nodes = new Map<NodeId, WatchedNode>();
  for (const { node, target } of header.nodes) {
    nodes.set(
      node,
      new WatchedNode({
        node,
        target: parseTarget(target),
        openLink: (to, how) => openLink(to, { ...linkOptions(options, io), ...how }),
        now,
        probeLimits: probe,
        retryDelaysMs: RETRY_DELAYS_MS,
        bearerKey: engineKeyOf(io),
        mayAsk: () => options.accounting,
        intervalMs,
        acceptHostKey: options.acceptNewHostKey === true ? 'any' : 'none',
        onConnected: () => undefined,
      }),
    );
  }
  const progress = new RecordProgress(header, io, now);
  progress.begin(file, intervalMs, durationMs);
  const onEvent = (event: RecorderEvent): void => progress.event(event);
  const recorder = new RunRecorder({ writer, nodes, now, retryWriteMs: RETRY_WRITE_MS, onEvent });
  const why = await until(recorder, durationMs, now, io, () => progress.show(recorder.progress));
  progress.end();
  await recorder.end(why);
  const { progress: done } = recorder;
  if (done.looks === 0 && why !== STOPPED) {
    await rm(file);
    for (const { from, to } of place.aside) await rename(to, from);
    const left = place.aside.length === 0 ? 'No file was left.' : 'The file that was there is as it was.';
    io.err(`Nothing was recorded: no node could be looked at. ${left}\n`);
    return COULD_NOT_RUN;
  }
  for (const { to } of place.aside) await rm(to);
  const { stopped, bytes } = writer.state;
  if (stopped !== undefined) {
    io.err(`${stopped.message} It holds what was seen until then; ${done.missed} observations are not in it.\n`);
    return COULD_NOT_RUN;
  }
  const finished = options.gzip ? await compressRecording(file) : file;
  const size = options.gzip ? (await stat(finished)).size : bytes;
  io.out(`${recordedSentence(done, header.nodes.length, now() - startedMs, finished, size)}\n`);
  return 0;
}

const STOPPED = 'stopped';

/** Why it ended, as the footer says it. */
async function until(
  recorder: RunRecorder,
  durationMs: number | undefined,
  now: () => number,
  io: CommandIo,
  show: () => void,
): Promise<string> {
  const endMs = durationMs === undefined ? Number.POSITIVE_INFINITY : now() + durationMs;
  while (!io.signal.aborted) {
    const leftMs = endMs - now();
    if (leftMs <= 0) return 'its duration was over';
    if (recorder.isOver) return 'no node could be connected to any more';
    await io.pause(Math.min(PROGRESS_MS, leftMs));
    show();
  }
  return STOPPED;
}

interface Place {
  /** To write to, without `.gz`: it is compressed when it ends. */
  readonly file: string;
  /** What was there, under another name until something is recorded. */
  readonly aside: readonly { readonly from: string; readonly to: string }[];
}

async function freePlace({ out, force, gzip }: RecordOptions): Promise<Place> {
  if (out.endsWith('.gz') && !gzip) throw new UsageError('--no-gzip leaves text: give --out a name without .gz.');
  const file = out.replace(/\.gz$/, '');
  const aside: { from: string; to: string }[] = [];
  for (const from of gzip ? [file, `${file}.gz`] : [file]) {
    const isThere = await stat(from).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere) continue;
    if (force !== true) {
      throw new UsageError(`There is a file already: ${from}. Name another, or replace it with --force.`);
    }
    const to = `${from}.replaced`;
    await rename(from, to);
    aside.push({ from, to });
  }
  return { file, aside };
}

/** Throws a UsageError or a LinkError for what is no limit or no target. */
function headerOf(
  targets: readonly string[],
  options: RecordOptions,
  io: CommandIo,
  startedMs: number,
): RecordingHeader {
  const chosen = choosePolicy(options.policy, options.maxResidualGib, io.env[LIMIT_VARIABLE]);
  if (!chosen.ok) throw new UsageError(chosen.text);
  const { kind, limit: limitBytes, origin } = chosen.policy;
  const different = [...new Set(targets)];
  return {
    kind: 'residuum.recording',
    format: RECORDING_FORMAT,
    appVersion: VERSION,
    probeSha256: probeSha256(),
    startedMs,
    isDemo: different.some((target) => parseTarget(target).kind === 'demo'),
    policy: { kind, limitBytes, origin },
    redaction: 'none',
    nodes: different.map((target, at) => ({ node: `n${at + 1}`, target })),
    story: [],
  };
}
