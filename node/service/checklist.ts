// The checklist of one connection: which step is running, how each ended, how long it took on our clock.
import type { ConnectStep, StepSeen } from '../../shared/model/observation.ts';

/** A line of it, before it is known of which node and when. */
export type StepLine = Pick<StepSeen, 'step' | 'state' | 'durationMs' | 'text' | 'next'>;

export class Checklist {
  readonly #say: (line: StepLine) => void;
  readonly #now: () => number;
  readonly #began = new Map<ConnectStep, number>();
  readonly #said = new Map<ConnectStep, StepLine>();

  constructor(say: (line: StepLine) => void, now: () => number) {
    this.#say = say;
    this.#now = now;
  }

  begin(step: ConnectStep): void {
    this.#began.set(step, this.#now());
    this.#put({ step, state: 'running', durationMs: null, text: '', next: '' });
  }

  /** Milliseconds since it began; null for a step that never did. */
  since(step: ConnectStep): number | null {
    const began = this.#began.get(step);
    return began === undefined ? null : Math.max(0, this.#now() - began);
  }

  ok(step: ConnectStep, text: string): void {
    this.#put({ step, state: 'ok', durationMs: this.since(step), text, next: '' });
  }

  skip(step: ConnectStep, text: string): void {
    this.#put({ step, state: 'skipped', durationMs: null, text, next: '' });
  }

  /** A line whose duration was measured elsewhere. */
  line(line: StepLine): void {
    this.#put(line);
  }

  /** Only when it is another state than was said before: the numbers in it change all the time. */
  renew(line: StepLine): void {
    if (this.#said.get(line.step)?.state !== line.state) this.#put(line);
  }

  /** Every step that is still running ends so: the first failed, of the others nothing is known. */
  failRunning(text: string, next: string, instead?: ConnectStep): void {
    const [first, ...others] = [...this.#said.values()].filter(({ state }) => state === 'running');
    const step = instead ?? first?.step;
    if (step !== undefined) this.#put({ step, state: 'failed', durationMs: this.since(step), text, next });
    for (const other of instead === undefined ? others : [first, ...others]) {
      if (other !== undefined && other.step !== step) this.skip(other.step, 'not reached');
    }
  }

  #put(line: StepLine): void {
    this.#said.set(line.step, line);
    this.#say(line);
  }
}
