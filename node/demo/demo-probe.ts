// The probe of a demo node on one channel: takes the script, says hello, answers requests in the node's own time.
import type { Duplex } from 'node:stream';
import { demoFrame, NOTHING_SENT, stepCount } from '../../shared/source/demo-frame.ts';
import type { DemoAnswer, DemoMemory, DemoMoment, DemoNode } from '../../shared/source/demo-frame.ts';
import { readRequest, type DemoRequest } from '../../shared/source/demo-request.ts';

/** The last line of the real script: before it, a shell has nothing to run. */
const LAST_LINE = '{ main "$@"; exit; }';
/** The real script has some 40 KB. */
const LONGEST_INPUT = 1_000_000;
const WIRE_VERSION = 1;
const PROBE_PID = 3_989;
/** Three days: the node was up for long before its engines were started. */
const UPTIME_TICKS = 25_920_000;
const MS_PER_TICK = 10;

interface Running {
  readonly request: DemoRequest;
  readonly moment: DemoMoment;
  answer: DemoAnswer;
  /** The part that was written last. */
  part: number;
  writtenAtMs: number;
  timer: NodeJS.Timeout | undefined;
}

export class DemoProbe {
  readonly #node: DemoNode;
  readonly #token: string;
  readonly #channel: Duplex;
  readonly #startedMs = performance.now();
  #input = '';
  #isStarted = false;
  #memory: DemoMemory = NOTHING_SENT;
  #samples = 0;
  #lastTicks = UPTIME_TICKS;
  #running: Running | undefined;

  constructor(node: DemoNode, token: string, channel: Duplex) {
    this.#node = node;
    this.#token = token;
    this.#channel = channel;
  }

  /** Takes what the host writes, in any cut. False when it is more than any script or request. */
  push(chunk: Buffer): boolean {
    this.#input += chunk.toString('latin1');
    if (!this.#isStarted && this.#scriptEnded()) {
      this.#isStarted = true;
      // A shell reads ahead of what it executes: what came together with the script is lost, here as there.
      this.#input = '';
      this.#write(`@${this.#token}\thello\t${WIRE_VERSION}\t${PROBE_PID}`);
    }
    if (this.#isStarted) {
      const lines = this.#input.split('\n');
      this.#input = lines.pop() ?? '';
      for (const line of lines) this.#request(line);
    }
    return this.#input.length <= LONGEST_INPUT;
  }

  stop(): void {
    clearTimeout(this.#running?.timer);
    this.#running = undefined;
  }

  #scriptEnded(): boolean {
    return `\n${this.#input}`.includes(`\n${LAST_LINE}\n`);
  }

  #request(line: string): void {
    const request = readRequest(line);
    if (request === 'cancel') this.#cancel();
    else if (request === undefined) return;
    else if (this.#running !== undefined) this.#write(`@${this.#token}\tbusy\t${request.id}`);
    else this.#begin(request);
  }

  #begin(request: DemoRequest): void {
    if (request.kind === 'sample') this.#samples += 1;
    // A closing device reading belongs to the sample before it. A watch begins again after the last step.
    const step = this.#samples === 0 ? 0 : (this.#samples - 1) % stepCount(this.#node);
    const moment = { step, monoTicks: this.#ticks(), wallTime: `${new Date().toISOString().slice(0, 19)}Z` };
    const answer = demoFrame(this.#node, request, this.#token, this.#memory, moment);
    this.#running = { request, moment, answer, part: -1, writtenAtMs: 0, timer: undefined };
    this.#goOn(this.#running);
  }

  /** Writes the next part, and waits as long as the driver call takes that it ends with. */
  #goOn(running: Running): void {
    running.part += 1;
    const part = running.answer.parts[running.part];
    if (part === undefined) throw new Error('a frame of the demo node has no end');
    running.writtenAtMs = performance.now();
    const isLast = running.part === running.answer.parts.length - 1;
    if (isLast) {
      this.#running = undefined;
      this.#memory = running.answer.memory;
      this.#lastTicks = running.answer.endTicks;
    } else {
      running.timer = setTimeout(() => this.#goOn(running), part.waitMs);
    }
    this.#write(...part.lines);
  }

  #cancel(): void {
    const running = this.#running;
    if (running === undefined) return;
    clearTimeout(running.timer);
    const cancelled = { call: running.part, afterMs: performance.now() - running.writtenAtMs };
    const moment = { ...running.moment, cancelled };
    running.answer = demoFrame(this.#node, running.request, this.#token, this.#memory, moment);
    this.#goOn(running);
  }

  /** Never before the end of the last frame, whose calls were counted rather than measured. */
  #ticks(): number {
    const elapsed = Math.floor((performance.now() - this.#startedMs) / MS_PER_TICK);
    return Math.max(UPTIME_TICKS + elapsed, this.#lastTicks);
  }

  #write(...lines: readonly string[]): void {
    if (this.#channel.writable) this.#channel.write(lines.map((line) => `${line}\n`).join(''));
  }
}
