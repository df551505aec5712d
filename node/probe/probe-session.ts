// One probe running on one node: starts it over a link, asks it for frames, and owns the clock it is measured by.
import { randomBytes } from 'node:crypto';
import type { Problem } from '../../shared/base/problem.ts';
import { printable } from '../../shared/base/printable.ts';
import type { Pid } from '../../shared/model/ids.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import { NO_FACTS, parseFrame, type FactMemory } from '../../shared/probe/parse.ts';
import { CANCEL_LINE, devicesLine, sampleLine, startCommand, WIRE_VERSION } from '../../shared/probe/request.ts';
import type { ExtraReading } from '../../shared/probe/request.ts';
import { probeScript } from '../../shared/probe/script.ts';
import { WireReader, type Frame, type WireEvent } from '../../shared/probe/wire.ts';
import type { Link, RemoteProcess } from '../link/link.ts';
import { LinkError } from '../link/link-error.ts';

export interface ProbeLimits {
  /** Until the hello line: login shells can be slow. */
  readonly helloMs: number;
  /** The first driver call of a connection may start the GPUs. */
  readonly firstCallMs: number;
  readonly callMs: number;
  /** For what is left of a frame after its driver calls, and after a cancel. */
  readonly frameMs: number;
}

export const PROBE_LIMITS: ProbeLimits = {
  helloMs: 30_000,
  firstCallMs: 60_000,
  callMs: 10_000,
  frameMs: 30_000,
};

export interface SampleOptions {
  readonly full?: boolean;
  readonly roots?: readonly Pid[];
  readonly patterns: readonly string[];
  readonly want?: readonly ExtraReading[];
}

/** A frame with what it means; `problems` of the connection itself are added to the snapshot's. */
export interface Sample {
  readonly frame: Frame;
  readonly snapshot: Snapshot;
}

interface Waiting {
  readonly id: string;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
}

/** Not safe for two requests at a time: the probe answers one after the other, and so must the caller ask. */
export class ProbeSession {
  readonly #link: Link;
  readonly #process: RemoteProcess;
  readonly #reader: WireReader;
  readonly #limits: ProbeLimits;
  readonly #onCall: () => void;
  #memory: FactMemory = NO_FACTS;
  #waiting: Waiting | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #calls = 0;
  #noise: string[] = [];
  #ended: LinkError | undefined;

  private constructor(link: Link, process: RemoteProcess, reader: WireReader, limits: ProbeLimits, onCall: () => void) {
    this.#link = link;
    this.#process = process;
    this.#reader = reader;
    this.#limits = limits;
    this.#onCall = onCall;
  }

  /** Starts the probe and waits for its hello line. Rejects with a LinkError. `onCall`: a driver call begins. */
  static async open(
    link: Link,
    limits: ProbeLimits = PROBE_LIMITS,
    onCall: () => void = () => undefined,
  ): Promise<ProbeSession> {
    const token = randomBytes(16).toString('hex');
    const process = await link.run(startCommand(token));
    const session = new ProbeSession(link, process, new WireReader(token), limits, onCall);
    try {
      await session.#hello();
    } catch (error) {
      await process.end();
      throw error;
    }
    return session;
  }

  async sample(options: SampleOptions): Promise<Sample> {
    const { full = false, roots = [], patterns, want = [] } = options;
    return await this.#ask((id) => sampleLine({ id, full, roots, patterns, want }));
  }

  /** Only the devices: the closing reading of a gate. */
  async devices(): Promise<Sample> {
    return await this.#ask(devicesLine);
  }

  /** Ends the probe by ending its input; the link stays open. */
  async close(): Promise<void> {
    this.#stopTimer();
    this.#ended ??= new LinkError('cancelled', this.#link.describe, `The probe on ${this.#link.describe} was closed.`);
    await this.#process.end();
  }

  async #ask(line: (id: string) => string): Promise<Sample> {
    if (this.#ended !== undefined) throw this.#ended;
    if (this.#waiting !== undefined) throw new Error('a frame is asked for while another is under way');
    const id = randomBytes(8).toString('hex');
    const frame = await new Promise<Frame>((resolve, reject) => {
      this.#waiting = { id, resolve, reject };
      this.#startTimer(this.#limits.frameMs, () => this.#giveUp('answered no frame'));
      this.#process.stdin.write(line(id));
    }).finally(() => {
      this.#waiting = undefined;
      this.#stopTimer();
    });
    const { snapshot, memory } = parseFrame(frame, this.#memory);
    this.#memory = memory;
    return {
      frame,
      snapshot: {
        ...snapshot,
        problems: [...this.#takeNoise(), ...snapshot.problems],
      },
    };
  }

  #hello(): Promise<void> {
    return new Promise((resolve, reject) => {
      let greeted = false;
      const fail = (error: LinkError): void => {
        this.#ended = error;
        this.#stopTimer();
        reject(error);
      };
      this.#startTimer(this.#limits.helloMs, () => fail(this.#silent()));
      // Only the script: sh reads ahead, and would swallow a request written now.
      this.#process.stdin.write(probeScript());
      void this.#read((event) => {
        if (event.kind === 'hello' && event.version === WIRE_VERSION) {
          this.#stopTimer();
          greeted = true;
          resolve();
        } else if (event.kind === 'fatal') {
          fail(
            new LinkError('no-shell', this.#link.describe, `${this.#link.describe} has no awk, which the probe needs.`),
          );
        } else {
          this.#receive(event);
        }
      }).then(async () => {
        // Who speaks no more is of no use: without an end of its input a part of it could wait for ever.
        const { exitCode, lost } = await this.#process.end();
        // Without a hello whatever was said instead is the reason, such as "this account is not available".
        if (!greeted && !lost) fail(this.#silent());
        this.#end(exitCode, lost);
        reject(this.#ended);
      });
    });
  }

  async #read(take: (event: WireEvent) => void): Promise<void> {
    for await (const chunk of this.#process.output) for (const event of this.#reader.push(chunk)) take(event);
    for (const event of this.#reader.end()) take(event);
  }

  #receive(event: WireEvent): void {
    switch (event.kind) {
      case 'call-begins': {
        const limit = this.#calls === 0 ? this.#limits.firstCallMs : this.#limits.callMs;
        this.#calls += 1;
        this.#startTimer(limit, () => this.#cancel());
        this.#onCall();
        return;
      }
      case 'call-ended':
        this.#startTimer(this.#limits.frameMs, () => this.#giveUp('did not finish its frame'));
        return;
      case 'frame':
        if (event.frame.id === this.#waiting?.id) this.#waiting.resolve(event.frame);
        return;
      case 'cut':
        this.#fail(
          'lost',
          `The answer of ${this.#link.describe} is cut: ${event.why}. Nothing of it is used. Connect again.`,
        );
        void this.#process.end();
        return;
      case 'busy':
        this.#fail('no-session', `The probe on ${this.#link.describe} is still busy with an earlier request.`);
        return;
      case 'noise':
        if (event.text.trim() !== '' && this.#noise.length < 20) this.#noise.push(event.text);
        return;
      case 'hello':
      case 'fatal':
        return;
    }
  }

  #cancel(): void {
    this.#process.stdin.write(CANCEL_LINE);
    this.#startTimer(this.#limits.frameMs, () => this.#giveUp('did not answer after its driver call was cancelled'));
  }

  #giveUp(what: string): void {
    this.#fail(
      'timeout',
      `The probe on ${this.#link.describe} ${what} within ${this.#limits.frameMs / 1000} s. Connect again.`,
    );
    void this.#process.end();
  }

  #fail(code: 'lost' | 'timeout' | 'no-session', message: string): void {
    const error = new LinkError(code, this.#link.describe, message);
    if (code !== 'no-session') this.#ended ??= error;
    this.#waiting?.reject(error);
  }

  #end(exitCode: number | null, lost: boolean): void {
    this.#stopTimer();
    const where = this.#link.describe;
    const said = printable(this.#process.stderr().trim());
    const message = lost
      ? `The connection to ${where} was lost. Connect again.`
      : `The probe on ${where} ended by itself (exit code ${exitCode ?? 'unknown'})${said === '' ? '' : `: ${said}`}.`;
    this.#ended ??= new LinkError(lost ? 'lost' : 'no-shell', where, message);
    this.#waiting?.reject(this.#ended);
  }

  #silent(): LinkError {
    const where = this.#link.describe;
    const heard = printable([...this.#noise, this.#process.stderr().trim()].join(' ').trim()).slice(0, 300);
    const text = `${where} did not start the probe${heard === '' ? '' : `; it said: ${heard}`}. Check that "ssh ${where} sh -c true" works there.`;
    return new LinkError('no-shell', where, text);
  }

  #takeNoise(): Problem[] {
    const [first] = this.#noise;
    if (first === undefined) return [];
    const count = this.#noise.length;
    this.#noise = [];
    const text = `${count} line${count === 1 ? '' : 's'} of text that is not the probe's, such as a login banner: ${printable(first).slice(0, 120)}`;
    return [{ code: 'login-noise', where: this.#link.describe, text }];
  }

  #startTimer(ms: number, then: () => void): void {
    this.#stopTimer();
    this.#timer = setTimeout(then, ms);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
