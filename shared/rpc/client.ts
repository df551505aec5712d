// The page's end of a channel: a typed client whose unary calls are promises and whose streams are iterated.
import type { z } from 'zod';
import type { Cancel } from './cancel.ts';
import type { Contract } from './contract.ts';
import type { Methods, Streaming, Unary } from './method.ts';
import type { Pipe } from './pipe.ts';
import { channelError, RpcError, whereBad } from './rpc-error.ts';
import { readFromServer, type FromServer } from './wire.ts';

export interface CallOptions {
  /** Gives up: the host is told, and the call rejects with code `aborted`. */
  readonly signal?: Cancel;
}

export interface StreamOptions extends CallOptions {
  /** How many items may be under way; a slow reader is this far behind the newest. */
  readonly window?: number;
}

/**
 * Every failure is an RpcError. A stream starts when it is iterated, each time anew; leaving the loop ends the host's
 * side too.
 */
export type Client<Called extends Methods = Contract> = {
  readonly [Name in keyof Called]: Called[Name] extends Unary<infer Input, infer Output>
    ? (input: z.input<Input>, options?: CallOptions) => Promise<z.output<Output>>
    : Called[Name] extends Streaming<infer Input, infer Item>
      ? (input: z.input<Input>, options?: StreamOptions) => AsyncIterable<z.output<Item>>
      : never;
};

/** Enough to keep a fast reader busy, and few enough that a slow one is at most one look behind. */
const WINDOW = 4;

/** A client of whoever serves the other end of the pipe. */
export function connect<Called extends Methods>(contract: Called, pipe: Pipe): Client<Called> {
  const calls = new OpenCalls(pipe);
  const client = Object.entries(contract).map(([name, method]) => [
    name,
    method.kind === 'unary'
      ? (input: unknown, options: CallOptions = {}) => askOnce(calls, name, method, input, options)
      : (input: unknown, options: StreamOptions = {}) => ({
          [Symbol.asyncIterator]: () => new StreamReader(calls, name, method, input, options),
        }),
  ]);
  return Object.fromEntries(client) as Client<Called>;
}

/** What waits for answers. */
interface Waiting {
  receive(said: FromServer): void;
  fail(error: RpcError): void;
}

class OpenCalls {
  readonly #pipe: Pipe;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #closed = false;

  constructor(pipe: Pipe) {
    this.#pipe = pipe;
    pipe.onText((text) => this.#receive(text));
    pipe.onClose(() => {
      this.#closed = true;
      const waiting = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const call of waiting) call.fail(closed());
    });
  }

  begin(name: string, input: unknown, credit: number, waiting: Waiting): number {
    if (this.#closed) throw closed();
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waiting.set(id, waiting);
    this.#pipe.send(JSON.stringify([id, 'call', name, input, credit]));
    return id;
  }

  grant(id: number, credit: number): void {
    if (this.#waiting.has(id)) this.#pipe.send(JSON.stringify([id, 'credit', credit]));
  }

  /** Nothing more is wanted; the host is told unless it has said its last word. */
  abort(id: number): void {
    if (this.#waiting.delete(id)) this.#pipe.send(JSON.stringify([id, 'abort']));
  }

  done(id: number): void {
    this.#waiting.delete(id);
  }

  #receive(text: string): void {
    const said = readFromServer(text);
    // Whoever speaks another language is no host of ours; closing fails every call.
    if (said === undefined) this.#pipe.close();
    // A call that was given up may still be answered.
    else this.#waiting.get(said[0])?.receive(said);
  }
}

function closed(): RpcError {
  return channelError(
    'closed',
    'The connection to the host has ended.',
    'Wait for it to come back, or start it again.',
  );
}

function aborted(name: string): RpcError {
  return channelError('aborted', `The call ${name} was given up.`);
}

/** The input as its check leaves it: what the host would refuse is refused here already. */
function checkedInput(name: string, check: z.ZodType, input: unknown): unknown {
  const checked = check.safeParse(input);
  if (checked.success) return checked.data;
  throw channelError('bad-input', `The call ${name} was refused: ${whereBad(checked.error)}.`);
}

function badOutput(name: string, where: string): RpcError {
  return channelError('bad-output', `The answer to ${name} is not usable: ${where}.`, 'Reload the page.');
}

async function askOnce(
  calls: OpenCalls,
  name: string,
  method: Unary,
  input: unknown,
  { signal }: CallOptions,
): Promise<unknown> {
  const checked = checkedInput(name, method.input, input);
  if (signal?.aborted === true) throw aborted(name);
  let giveUp = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      const id = calls.begin(name, checked, 0, {
        receive: (said) => {
          calls.done(said[0]);
          if (said[1] === 'err') return reject(new RpcError(said[2].code, said[2].message, said[2].next));
          if (said[1] !== 'ok') return reject(badOutput(name, said[1]));
          const output = method.output.safeParse(said[2]);
          return output.success ? resolve(output.data) : reject(badOutput(name, whereBad(output.error)));
        },
        fail: reject,
      });
      giveUp = () => {
        calls.abort(id);
        reject(aborted(name));
      };
      signal?.addEventListener('abort', giveUp);
    });
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** One run of a stream: holds at most `window` items that nobody has read yet. */
class StreamReader implements AsyncIterator<unknown, undefined> {
  readonly #calls: OpenCalls;
  readonly #name: string;
  readonly #method: Streaming;
  readonly #input: unknown;
  readonly #signal: Cancel | undefined;
  readonly #window: number;
  readonly #items: unknown[] = [];
  #id: number | undefined;
  /** Items that the host may still send. */
  #credit: number;
  /** Read, and not yet granted again. */
  #used = 0;
  #ended = false;
  #error: RpcError | undefined;
  #wake: () => void = () => undefined;
  readonly #giveUp = (): void => this.#stop(aborted(this.#name));

  constructor(calls: OpenCalls, name: string, method: Streaming, input: unknown, options: StreamOptions) {
    this.#calls = calls;
    this.#name = name;
    this.#method = method;
    this.#input = input;
    this.#signal = options.signal;
    this.#window = options.window ?? WINDOW;
    this.#credit = this.#window;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#id === undefined && !this.#ended) this.#begin();
    for (;;) {
      if (this.#items.length > 0) {
        const value = this.#items.shift();
        this.#grant();
        return { done: false, value };
      }
      if (this.#error !== undefined) {
        const error = this.#error;
        this.#error = undefined;
        throw error;
      }
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  return(): Promise<IteratorResult<unknown, undefined>> {
    this.#items.length = 0;
    this.#stop(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  #begin(): void {
    const input = checkedInput(this.#name, this.#method.input, this.#input);
    if (this.#signal?.aborted === true) throw aborted(this.#name);
    this.#signal?.addEventListener('abort', this.#giveUp);
    this.#id = this.#calls.begin(this.#name, input, this.#window, {
      receive: (said) => this.#receive(said),
      fail: (error) => this.#end(error),
    });
  }

  #receive(said: FromServer): void {
    if (said[1] === 'next') {
      this.#credit -= 1;
      const item = this.#method.item.safeParse(said[2]);
      if (!item.success) this.#stop(badOutput(this.#name, whereBad(item.error)));
      else if (this.#credit < 0) this.#stop(badOutput(this.#name, 'more items than were asked for'));
      else {
        this.#items.push(item.data);
        this.#wake();
      }
      return;
    }
    if (this.#id !== undefined) this.#calls.done(this.#id);
    if (said[1] === 'err') this.#end(new RpcError(said[2].code, said[2].message, said[2].next));
    else this.#end(said[1] === 'end' ? undefined : badOutput(this.#name, said[1]));
  }

  /** Half a window at a time: fewer texts, and never an empty window. */
  #grant(): void {
    this.#used += 1;
    if (this.#id === undefined || this.#used * 2 < this.#window) return;
    this.#calls.grant(this.#id, this.#used);
    this.#credit += this.#used;
    this.#used = 0;
  }

  #stop(error: RpcError | undefined): void {
    if (this.#id !== undefined) this.#calls.abort(this.#id);
    if (!this.#ended) this.#end(error);
  }

  #end(error: RpcError | undefined): void {
    this.#ended = true;
    this.#error = error;
    this.#signal?.removeEventListener('abort', this.#giveUp);
    this.#wake();
  }
}
