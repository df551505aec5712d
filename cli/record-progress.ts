// What `record` says while it goes on: one line that renews itself, and a line for whatever happens.
import type { RecorderEvent, RecorderProgress } from '../node/service/run-recorder.ts';
import { clip } from '../shared/base/printable.ts';
import type { LinkSeen, NodeId } from '../shared/model/observation.ts';
import type { RecordingHeader } from '../shared/recording/format.ts';
import { clockText, durationText, fileSizeText } from '../shared/evidence/text/time-text.ts';
import type { CommandIo } from './io.ts';

/** Where the line cannot renew itself, one is enough in so long. */
const LINE_EVERY_MS = 60_000;

export class RecordProgress {
  readonly #io: CommandIo;
  readonly #now: () => number;
  readonly #startedMs: number;
  readonly #targets: ReadonlyMap<NodeId, string>;
  readonly #states = new Map<NodeId, LinkSeen['state']>();
  #linedMs: number;
  #last: { readonly atMs: number; readonly bytes: number };

  constructor(header: RecordingHeader, io: CommandIo, now: () => number) {
    this.#io = io;
    this.#now = now;
    this.#startedMs = header.startedMs;
    this.#linedMs = header.startedMs;
    this.#last = { atMs: header.startedMs, bytes: 0 };
    this.#targets = new Map(header.nodes.map(({ node, target }) => [node, target]));
  }

  begin(file: string, intervalMs: number, durationMs: number | undefined): void {
    const until = durationMs === undefined ? 'until Ctrl-C' : `for ${durationText(durationMs)}`;
    const who = [...this.#targets.values()].join(', ');
    this.#line(`Recording ${who} every ${durationText(intervalMs)} ${until}: ${file}`);
  }

  event(event: RecorderEvent): void {
    if (event.kind === 'stopped') {
      // Here nobody has to resume it.
      const why = event.error.message.replace(', then resume', '');
      this.#line(`${why} It is tried again every few seconds; what was written before is kept.`);
    } else if (event.kind === 'resumed') {
      this.#line(`The recording goes on; ${event.missed} observations in between are not in it.`);
    } else this.#link(event.seen);
  }

  show(progress: RecorderProgress): void {
    const atMs = this.#now();
    const { looks, bytes, marks, missed, links } = progress;
    const perSecond = atMs > this.#last.atMs ? ((bytes - this.#last.bytes) * 1000) / (atMs - this.#last.atMs) : 0;
    const parts = [
      durationText(atMs - this.#startedMs),
      counted(looks, 'look'),
      fileSizeText(bytes),
      `${fileSizeText(perSecond)}/s`,
      ...(marks === 0 ? [] : [counted(marks, 'mark')]),
      ...(missed === 0 ? [] : [`${missed} observations not written`]),
      ...[...links.values()]
        .filter(({ state }) => state !== 'connected')
        .map((seen) => `${this.#name(seen)} ${seen.state}`),
    ];
    if (this.#io.isProgressTerminal) {
      this.#io.err(`\r${clip(parts.join(' · '), Math.max(this.#io.width - 1, 20))}\u001B[K`);
      this.#last = { atMs, bytes };
    } else if (atMs - this.#linedMs >= LINE_EVERY_MS) {
      this.#linedMs = atMs;
      this.#last = { atMs, bytes };
      this.#io.err(`${parts.join(' · ')}\n`);
    }
  }

  /** The line that renews itself stays as it is. */
  end(): void {
    if (this.#io.isProgressTerminal) this.#io.err('\n');
  }

  /** First connections and closings on purpose are no news. */
  #link(seen: LinkSeen): void {
    const before = this.#states.get(seen.node);
    this.#states.set(seen.node, seen.state);
    const name = this.#name(seen);
    if (seen.state === 'lost' || seen.state === 'failed') {
      const again = seen.retryMs === null ? 'It is not tried again.' : `Tried again in ${durationText(seen.retryMs)}.`;
      this.#line(`${name}: ${seen.text} ${again}`);
    } else if (seen.state === 'connected' && before !== undefined) {
      this.#line(`${name}: connected.`);
    }
  }

  #name({ node }: LinkSeen): string {
    return this.#targets.get(node) ?? node;
  }

  #line(text: string): void {
    const clear = this.#io.isProgressTerminal ? '\r\u001B[K' : '';
    this.#io.err(`${clear}${this.#io.isProgressTerminal ? '' : `${clockText(this.#now())} `}${text}\n`);
  }
}

export function recordedSentence(
  { looks, marks, missed }: RecorderProgress,
  nodes: number,
  tookMs: number,
  file: string,
  bytes: number,
): string {
  const parts = [
    `${counted(looks, 'look')} at ${counted(nodes, 'node')}`,
    ...(marks === 0 ? [] : [counted(marks, 'mark')]),
  ];
  const lost = missed === 0 ? '' : ` ${missed} observations are not in it.`;
  return `Recorded ${parts.join(' and ')} in ${durationText(tookMs)} (${fileSizeText(bytes)}).${lost} ${file}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
