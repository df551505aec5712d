// Lines of a run's log that tell when an engine released, woke, or was measured: what they say, and when.

/**
 * What RLix, MILES, slime, verl, NeMo-RL, SGLang, vLLM and torch_memory_saver print around a sleep. A mark is the line
 * from there on, as it was printed.
 */
const KNOWN: readonly RegExp[] = [
  /_wait_for_overlap_engines_offloaded: .*/,
  /\[MilesCoordinator\] shrink_engines complete.*/,
  /shrink_engines: post-sleep SGLang residual diagnostics.*/,
  /post-sleep (?:residual|process-resident) diagnostic.*/,
  /Post-sleep VRAM .* exceeds threshold.*/,
  /\[SGL-OFFLOAD-AUDIT\] (?:before|after) (?:release|resume)_memory_occupation.*/,
  /\[Rank \d+\] Memory-Usage .*/,
  /[^\s\]|][^\]|]*, memory allocated \(GB\): .*/,
  /GPU Memory (?:before|after) .*/,
  /Sleep mode freed .*/,
  /CuMemAllocator: sleep freed .*/,
  /It took [\d.]+ seconds to (?:fall asleep|wake up).*/,
  /Memory usage increased after sleeping.*/,
  /(?:GET|POST) \/(?:release_memory_occupation|resume_memory_occupation|sleep|wake_up)\b.*/,
  /\[torch_memory_saver\.cpp\] .*/,
  /(?:torch\.\S*OutOfMemoryError|CUDA out of memory|CUDA Error: out of memory).*/,
];

export interface LogMark {
  /** Milliseconds since 1970; undefined where the line has no time, which nobody guesses. */
  readonly atMs: number | undefined;
  readonly text: string;
}

export interface LogClock {
  /** Minutes that the log's own times are ahead of UTC, for times without a zone. */
  readonly zoneMinutes: number;
  /** The year of times that have none, as vLLM prints them. */
  readonly year: number;
}

const MINUTE_MS = 60_000;
/** A mark keeps so many characters. */
const LONGEST = 300;

/** undefined for a line that tells nothing of a sleep. */
export function logMark(raw: string, clock: LogClock): LogMark | undefined {
  // Colours of a terminal are in many logs.
  const line = raw.replace(/\u001B\[[0-9;]*[A-Za-z]/g, '').trimEnd();
  const found = KNOWN.map((each) => each.exec(line)).find((match) => match !== null);
  if (found === undefined || found === null) return undefined;
  return { atMs: timeOf(line, clock), text: found[0].slice(0, LONGEST) };
}

const DATE_TIME =
  /(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z\b|UTC\b|[+-]\d{2}:?\d{2}\b)?/;
/** vLLM: `INFO 01-31 12:00:04 [worker.py:12]`. */
const SHORT_DATE = /\b[A-Z]+ (\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\b/;
/** Seconds since 1970 at the beginning of a line, of this century. */
const EPOCH = /^\[?(1\d{9})(?:\.(\d{1,9}))?\b/;

function timeOf(line: string, { zoneMinutes, year }: LogClock): number | undefined {
  const whole = DATE_TIME.exec(line);
  if (whole !== null) {
    const [, y, month, day, hour, minute, second, fraction, zone] = whole;
    const utc = utcOf([y, month, day, hour, minute, second], fraction);
    return utc === undefined ? undefined : utc - (zone === undefined ? zoneMinutes : minutesOf(zone)) * MINUTE_MS;
  }
  const short = SHORT_DATE.exec(line);
  if (short !== null) {
    const [, month, day, hour, minute, second, fraction] = short;
    const utc = utcOf([String(year), month, day, hour, minute, second], fraction);
    return utc === undefined ? undefined : utc - zoneMinutes * MINUTE_MS;
  }
  const epoch = EPOCH.exec(line);
  return epoch === null ? undefined : Number(epoch[1]) * 1000 + millisOf(epoch[2]);
}

/** undefined for a day that no calendar has. */
function utcOf(parts: readonly (string | undefined)[], fraction: string | undefined): number | undefined {
  const [y = '', month = '', day = '', hour = '', minute = '', second = ''] = parts;
  const ms = Date.parse(`${y}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(ms) ? undefined : ms + millisOf(fraction);
}

function millisOf(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Math.round(Number(`0.${fraction}`) * 1000);
}

/** `+02:00` → 120. undefined text and `Z` are UTC. */
export function minutesOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? 0 - minutes : minutes;
}
