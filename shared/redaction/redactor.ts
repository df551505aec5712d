// A recording without names: hosts, users, addresses, paths, models and arguments become stand-ins, numbers stay.
import type { AccountingSeen, FrameSeen, Observation } from '../model/observation.ts';
import type { RecordingFooter, RecordingHeader } from '../recording/format.ts';
import { redactAnswer } from './accounting.ts';
import { FrameRedaction } from './frame.ts';
import { StandIns } from './stand-ins.ts';
import { redactMark, redactSentence } from './words.ts';

/**
 * One for each file, given its header and then its observations in order: the same file always gets the same stand-ins.
 * A recording that says it was redacted already is left as it is.
 */
export class Redactor {
  readonly names = new StandIns();
  readonly #frames = new FrameRedaction(this.names);
  readonly #originals = new WeakMap<FrameSeen, string>();
  readonly #nodes = new Map<string, string>();
  #isDone = false;

  header(header: RecordingHeader): RecordingHeader {
    if (header.redaction === 'names') {
      this.#isDone = true;
      return header;
    }
    return {
      ...header,
      appVersion: versionText(header.appVersion),
      redaction: 'names',
      nodes: header.nodes.map(({ node, target }) => ({ node: this.#node(node), target: this.#target(target) })),
      // A story is written by people, about people.
      story: [],
    };
  }

  observation(seen: Observation): Observation {
    if (this.#isDone) return seen;
    const node = this.#node(seen.node);
    switch (seen.kind) {
      case 'frame': {
        const text = this.#frames.frame(seen.text);
        const redacted = { ...seen, node, text, carried: seen.carried.map((line) => this.#frames.line(line)) };
        this.#originals.set(redacted, seen.text);
        return redacted;
      }
      case 'accounting':
        return { ...seen, node, answer: this.#answer(seen) };
      case 'link':
        // Sentences of a connection name hosts and files; its code says what went wrong.
        return {
          ...seen,
          node,
          text: '',
          code: seen.code === null || /^[a-z-]{1,64}$/.test(seen.code) ? seen.code : null,
        };
      case 'step':
        return { ...seen, node, text: '', next: '' };
      case 'mark':
        return { ...seen, node, text: redactMark(seen.text, this.names) };
      case 'told':
        return { ...seen, node };
    }
  }

  footer(footer: RecordingFooter): RecordingFooter {
    return this.#isDone ? footer : { ...footer, why: redactSentence(footer.why, this.names) };
  }

  /** The text of a frame as the file has it. */
  originalOf(frame: FrameSeen): string | undefined {
    return this.#originals.get(frame);
  }

  #answer({ answer }: AccountingSeen): AccountingSeen['answer'] {
    return redactAnswer(answer, this.names);
  }

  /** Names within a file are `n1`, `n2`; whoever chose others has them replaced. */
  #node(node: string): string {
    const known = this.#nodes.get(node) ?? (/^n\d{1,6}$/.test(node) ? node : `n-${this.#nodes.size + 1}`);
    this.#nodes.set(node, known);
    return known;
  }

  #target(target: string): string {
    return ['local', 'demo'].includes(target) ? target : this.names.of('node', target);
  }
}

function versionText(version: string): string {
  return /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? 'unknown';
}
