// The host's end of a channel: checks what comes in and goes out, runs handlers, and sends no more than was asked for.
import type { z } from 'zod';
import { Canceller, type Cancel } from './cancel.ts';
import type { Contract } from './contract.ts';
import type { Method, Methods, Streaming, Unary } from './method.ts';
import type { Pipe } from './pipe.ts';
import { channelError, RpcError, whereBad } from './rpc-error.ts';
import { MOST_CREDIT, readFromClient, type FromServer } from './wire.ts';

/** A value of this type that nobody is going to change. */
export type Given<T> = T extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Given<T[Key]> }
    : T;

export interface CallContext {
  /** Aborted when the caller gave up or went away; after a stream's end it is aborted too. */
  readonly signal: Cancel;
}

/**
 * What a host does for each method. A handler throws an RpcError to tell the caller what went wrong; whatever else it
 * throws becomes code `internal` without its text. A stream's generator is asked for the next item only when the caller
 * can take one, so the generator decides what the newest is at that moment. It must watch `signal` while it waits.
 */
export type Handlers<Called extends Methods = Contract> = {
  readonly [Name in keyof Called]: Called[Name] extends Unary<infer Input, infer Output>
    ? (input: z.output<Input>, context: CallContext) => Promise<Given<z.output<Output>>> | Given<z.output<Output>>
    : Called[Name] extends Streaming<infer Input, infer Item>
      ? (input: z.output<Input>, context: CallContext) => AsyncIterable<Given<z.output<Item>>>
      : never;
};

export interface ServeOptions {
  /** Told of every fault of a handler, which the caller only hears of as `internal`: for the host's own log. */
  readonly onFault?: (method: string, error: unknown) => void;
}

/** What clients say is small. */
const LONGEST_TEXT = 1024 * 1024;
const MOST_CALLS = 256;
const MOST_SENTENCE = 4_096;

interface Call {
  readonly name: string;
  readonly cancel: Canceller;
  credit: number;
  /** Wakes the pump of a stream when credit arrives or the call ends. */
  wake: () => void;
}

/** Serves one peer until the pipe closes. Text that no client says closes the pipe. */
export function serve<Called extends Methods>(
  contract: Called,
  handlers: Handlers<Called>,
  pipe: Pipe,
  options: ServeOptions = {},
): void {
  new Server(contract, handlers as Untyped, pipe, options).start();
}

/** The handlers as the server sees them: `contract` has checked what goes in and what comes out. */
type Untyped = Readonly<Record<string, (input: unknown, context: CallContext) => unknown>>;

class Server {
  readonly #contract: Methods;
  readonly #handlers: Untyped;
  readonly #pipe: Pipe;
  readonly #options: ServeOptions;
  readonly #calls = new Map<number, Call>();

  constructor(contract: Methods, handlers: Untyped, pipe: Pipe, options: ServeOptions) {
    this.#contract = contract;
    this.#handlers = handlers;
    this.#pipe = pipe;
    this.#options = options;
  }

  start(): void {
    this.#pipe.onText((text) => this.#receive(text));
    this.#pipe.onClose(() => {
      for (const id of this.#calls.keys()) this.#forget(id);
    });
  }

  #receive(text: string): void {
    const said = text.length > LONGEST_TEXT ? undefined : readFromClient(text);
    if (said === undefined) {
      // Whoever speaks another language here is not our page.
      this.#pipe.close();
      return;
    }
    const [id, what] = said;
    if (what === 'call') this.#begin(id, said[2], said[3], said[4]);
    else if (what === 'abort') this.#forget(id);
    else this.#grant(id, said[2]);
  }

  #begin(id: number, name: string, input: unknown, credit: number): void {
    if (this.#calls.has(id)) {
      this.#pipe.close();
      return;
    }
    const call: Call = { name, cancel: new Canceller(), credit, wake: () => undefined };
    const method = Object.hasOwn(this.#contract, name) ? this.#contract[name] : undefined;
    if (method === undefined) {
      this.#refuse(id, channelError('unknown-method', 'This host does not know that call.', RELOAD));
    } else if (this.#calls.size >= MOST_CALLS) {
      this.#refuse(id, channelError('too-many-calls', `More than ${MOST_CALLS} calls are open.`, RELOAD));
    } else {
      this.#calls.set(id, call);
      void this.#run(id, call, method, input);
    }
  }

  async #run(id: number, call: Call, method: Method, input: unknown): Promise<void> {
    try {
      const checked = method.input.safeParse(input);
      if (!checked.success) {
        throw channelError('bad-input', `The call ${call.name} was refused: ${whereBad(checked.error)}.`, RELOAD);
      }
      const result = this.#handlers[call.name]?.(checked.data, { signal: call.cancel });
      if (method.kind === 'unary') this.#finish(id, call, [id, 'ok', this.#checked(call, method.output, await result)]);
      else await this.#pump(id, call, method, result as AsyncIterable<unknown>);
    } catch (error) {
      this.#fail(id, call, error);
    }
  }

  async #pump(id: number, call: Call, method: Streaming, items: AsyncIterable<unknown>): Promise<void> {
    const iterator = items[Symbol.asyncIterator]();
    const ended = new Promise<undefined>((resolve) => {
      call.cancel.addEventListener('abort', () => resolve(undefined));
    });
    try {
      while (!call.cancel.aborted) {
        if (call.credit === 0) {
          await new Promise<void>((resolve) => (call.wake = resolve));
          continue;
        }
        const next = await Promise.race([iterator.next(), ended]);
        if (next === undefined || call.cancel.aborted) return;
        if (next.done === true) {
          this.#finish(id, call, [id, 'end']);
          return;
        }
        call.credit -= 1;
        this.#pipe.send(JSON.stringify([id, 'next', this.#checked(call, method.item, next.value)]));
      }
    } finally {
      call.cancel.abort();
      // Not awaited: a generator that waits for something else than its signal ends when that comes.
      void Promise.resolve(iterator.return?.()).catch((error: unknown) => this.#options.onFault?.(call.name, error));
    }
  }

  /** The value as its check leaves it; a fault of ours when it does not pass. */
  #checked(call: Call, check: z.ZodType, value: unknown): unknown {
    const checked = check.safeParse(value);
    if (checked.success) return checked.data;
    this.#options.onFault?.(call.name, checked.error);
    throw channelError('bad-output', `The answer to ${call.name} is not usable: ${whereBad(checked.error)}.`, REPORT);
  }

  #grant(id: number, credit: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.credit = Math.min(call.credit + credit, MOST_CREDIT);
    call.wake();
  }

  #forget(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    call.cancel.abort();
    call.wake();
  }

  #fail(id: number, call: Call, error: unknown): void {
    if (error instanceof RpcError) {
      if (this.#calls.get(id) === call) this.#refuse(id, error);
    } else {
      this.#options.onFault?.(call.name, error);
      const internal = channelError('internal', `The host failed while it worked on ${call.name}.`, REPORT);
      if (this.#calls.get(id) === call) this.#refuse(id, internal);
    }
    this.#forget(id);
  }

  #finish(id: number, call: Call, said: FromServer): void {
    if (this.#calls.get(id) === call) this.#pipe.send(JSON.stringify(said));
    this.#forget(id);
  }

  #refuse(id: number, { code, message, next }: RpcError): void {
    const failure = {
      code: code.slice(0, 64),
      message: message.slice(0, MOST_SENTENCE),
      next: next.slice(0, MOST_SENTENCE),
    };
    this.#pipe.send(JSON.stringify([id, 'err', failure] satisfies FromServer));
  }
}

const RELOAD = 'Reload the page: it may be of another version than its host.';
const REPORT = 'Try again; if it stays, the terminal or the log of the host says more.';
