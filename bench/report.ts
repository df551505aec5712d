// Writes the figures as docs/BENCHMARKS.md: ratios of one run, with the machine named.
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import type { CoreTime } from './core-time.ts';
import type { PageTime } from './page-time.ts';
import type { ProbeCost } from './probe-cost.ts';
import type { OpenTime, RecordingTime } from './recording-time.ts';
import type { ReplayPage } from './replay-page.ts';
import type { ReportTime } from './report-time.ts';
import type { Spread } from './spread.ts';
import type { VerdictTime } from './verdict-time.ts';

export interface Figures {
  readonly probe: readonly ProbeCost[];
  readonly verdict: VerdictTime;
  readonly core: CoreTime;
  readonly recording: RecordingTime;
  /** Of the command line, over a long recording of one node. */
  readonly report: ReportTime;
  readonly page: PageTime;
  /** A busy recording in a page. */
  readonly replay: ReplayPage;
  /** See otherLoad. */
  readonly load: number;
}

/** What else the machine was doing, to be asked before the first measurement: processes that wanted a core, a minute's mean. */
export function otherLoad(): number {
  return Number((loadavg()[0] ?? Number.NaN).toFixed(1));
}

export function reportOf({ probe, verdict, core, recording, report, replay, page, load }: Figures): string {
  return `# Benchmarks

Written by \`npm run bench\`. A time says little about another machine, so each figure is a ratio of two things measured
next to each other in one run, in turns: the median, and in brackets the middle half of all rounds. Times stand beside
them so that a ratio can be judged.

Machine: ${machine()}; load average before the run: ${load}.

## What a sample costs the node

The probe against the two nvidia-smi calls that a sample makes, made bare by the same shell. CPU is that of the shell,
its awk and all their children (user and system, from \`/proc/PID/stat\`). The node has 8 GPUs and 60 processes that matter;
the rest have ordinary command lines, which the probe reads to find engines. nvidia-smi is the stand-in of the tests, a
perl script that costs about ${ms(medianOf(probe))} of CPU for both calls. The real one takes 0.6 s to 30 s without persistence mode, so
on a GPU node the ratios are closer to 1 than here, and the added time is what counts. Process tables: "files" is a folder
in the shape of /proc, "kernel" is the real /proc of this machine with that many idle processes.

| shell and awk | processes | table | CPU, probe : bare | CPU added | wall, probe : bare | wall added | samples |
|---|---|---|---|---|---|---|---|
${probe.map(probeRow).join('\n')}

## From a target to a verdict

\`residuum gate HOST --json\` inside a running process (connecting, host key, authentication, sending the probe, one sample,
one closing reading, the verdict) against the system's ssh client on the same OpenSSH server, on loopback.

| against | ratio | gate | ssh |
|---|---|---|---|
| \`ssh HOST nvidia-smi --query-compute-apps=…\`, one call | ${times(verdict.againstOneCall)} | ${ms(verdict.gateMs.median)} | ${ms(verdict.oneCallMs.median)} |
| \`ssh HOST\` with the three calls that the gate makes | ${times(verdict.againstSameCalls)} | ${ms(verdict.gateMs.median)} | ${ms(verdict.sameCallsMs.median)} |

## What a frame costs the host

The first frame of an 8-GPU node with ${core.processes} processes, in one process and one thread. The aim for parse and attribute is
less than 1 ms. The yardstick is \`JSON.parse\` of the gate's JSON report of the same frame.

| work | median | middle half |
|---|---|---|
| parse | ${ms(core.parseMs.median)} | ${range(core.parseMs)} |
| parse and attribute (trees, engines, owners) | ${ms(core.parseAndAttributeMs.median)} | ${range(core.parseAndAttributeMs)} |
| parse, attribute and judge eight engines | ${ms(core.withVerdictMs.median)} | ${range(core.withVerdictMs)} |
| yardstick | ${ms(core.jsonMs.median)} | ${range(core.jsonMs)} |

Parse and attribute against the yardstick: ${times(core.againstJson)}. That first frame has ${count(core.frameBytes)} bytes, the next one
${count(core.laterFrameBytes)}; the limits that we set ourselves are 65,536 and 16,384.

## What a recording costs

Eight nodes with 8 GPUs and 60 processes each, a look a second. "Busy": every second look shows other sizes on every
GPU. Writing a look takes ${ms(recording.encodeIdle.ms.median)} of one core idle and ${ms(recording.encodeBusy.ms.median)} busy: ${times(recording.encodeIdle.againstWhole)} and
${times(recording.encodeBusy.againstWhole)} of what \`JSON.stringify\` takes to write it whole. The aim for an idle look is 400 B. Against
others, opening it is to know the node and time of every line, to \`json.loads\` of every line of the same file in Python, to every row
of the same lines in SQLite through Python's sqlite3, and to \`pandas.read_json(file, lines=True)\`. The aims: less than 3 s to the
first look, 100 ms for a seek, 400 MB.

| recording | a look | text | first look | against json | against SQLite | against pandas | one node folded | seek, 95 of 100 | held beside the text, all nodes |
|---|---|---|---|---|---|---|---|---|---|
${openRow('idle', recording.idle)}
${openRow('busy', recording.busy)}

\`residuum report\` of ${report.hours} h of one busy node takes ${ms(report.msALook)} a look in one thread, which is ${times1(report.againstShorter)} as much
as a look of an eighth of those hours takes in the same run, and ends with ${count(Math.round(report.heldBytesALook))} B a look held beside the text.

The busy recording in a page, as below. The window of the timeline is dragged over all ${replay.hours} h with each picture; the aims
are 60 pictures a second (16.7 ms), less than 3 s to the first picture, and 100 ms from moving the slider to the paint for 95
of 100.

| what | figure |
|---|---|
| from the file to the first look on the screen | ${ms(replay.firstPaintMs)} |
| all nodes folded | ${ms(replay.foldMs)} |
| while it is folded, tasks of 50 ms or longer; the longest | ${count(replay.folding.long)}; ${ms(replay.folding.longestMs)} |
| heap of the page with everything folded | ${mb(replay.heapBytes)} |
| from picture to picture, eight lanes with their classes stacked | median ${ms(replay.lanes.medianMs)}, 95 of 100 within ${ms(replay.lanes.p95Ms)} |
| from picture to picture, eight lines | median ${ms(replay.lines.medianMs)}, 95 of 100 within ${ms(replay.lines.p95Ms)} |
| from moving the slider of the replay to the paint | median ${ms(replay.seek.medianMs)}, 95 of 100 within ${ms(replay.seek.p95Ms)} |

## The page

In a headless Chromium without a GPU, at 1280 × 800. The node has eight engines, each over all eight GPUs: 64 ranks with
other sizes in every look, ten looks a second. The aims are 350 KB of scripts, 50 ms from a key to the next paint for 95 of
100 keys, no task above 100 ms, and a heap that does not grow but by the history that the timeline draws.

| what | figure |
|---|---|
| scripts before anything is shown, gzipped | ${count(Math.round(page.initialBytes / 1024))} KB |
| from starting the host to the demo's verdict on the screen | ${ms(page.coldStartMs.median)} (${range(page.coldStartMs)}) |
| the same against \`residuum gate demo\`, a program without a window | ${times(page.againstGate)} |
| from opening a node to its first verdict | ${ms(page.firstVerdictMs.median)} (${range(page.firstVerdictMs)}) |
| from a key to the next paint, ${page.interaction.count} keys | median ${ms(page.interaction.medianMs)}, 95 of 100 within ${ms(page.interaction.p95Ms)} |
| longest task while streaming | ${page.longestTaskMs === 0 ? 'none of 50 ms or longer' : ms(page.longestTaskMs)} |
| heap after ${count(page.heap.looks / 3)} looks and after ${count(page.heap.looks)} | ${mb(page.heap.thirdBytes)} and ${mb(page.heap.endBytes)}, ${times1(page.heap.endBytes / page.heap.thirdBytes)} as much |
`;
}

/** What a reader of the same file would do without us. */
function openRow(what: string, open: OpenTime): string {
  const { jsonMs, sqliteMs, pandasMs } = open.python;
  const against = (theirMs: number | undefined): string =>
    theirMs === undefined ? 'not installed' : times1(open.indexMs / theirMs);
  const cells = [what, `${digits(open.bytesALook)} B`, `${digits(open.megabytes)} MB`, ms(open.firstLookMs)];
  const others = [against(jsonMs), against(sqliteMs), against(pandasMs)];
  const heap = `${digits(open.heapMegabytes)} MB`;
  return `| ${[...cells, ...others, ms(open.foldMs), ms(open.seek95Ms), heap].join(' | ')} |`;
}

function probeRow(cost: ProbeCost): string {
  const cells = [
    cost.tools,
    count(cost.processes),
    cost.table,
    times(cost.cpuRatio),
    ms(cost.addedCpuMs.median),
    times(cost.wallRatio),
    ms(cost.addedWallMs.median),
    String(cost.samples),
  ];
  return `| ${cells.join(' | ')} |`;
}

function medianOf(probe: readonly ProbeCost[]): number {
  const sorted = probe.map((cost) => cost.bareCpuMs.median).toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function times({ median, lower, upper }: Spread): string {
  return `${digits(median)} (${digits(lower)} to ${digits(upper)})`;
}

function mb(size: number): string {
  return `${digits(size / 1024 ** 2)} MiB`;
}

function times1(ratio: number): string {
  return `${digits(ratio)} times`;
}

function range({ lower, upper }: Spread): string {
  return `${ms(lower)} to ${ms(upper)}`;
}

function ms(value: number): string {
  return `${digits(value)} ms`;
}

/** Three digits at most: more would pretend. */
function digits(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(value >= 1 ? 3 : 2)));
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function machine(): string {
  const gib = Math.round(totalmem() / 1024 ** 3);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const system = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  return `${model}, ${availableParallelism()} cores, ${gib} GiB, ${system}, Linux ${release()}, ${arch()}, Node ${process.versions.node}`;
}
