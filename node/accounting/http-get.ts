// GET, and only GET, from an engine through a link: allow-listed paths, one request at a time per engine, streams re-used.
import { request, type IncomingMessage } from 'node:http';
import { checkAddress, showAddress } from '../link/address-stream.ts';
import { StreamAgent } from './http-agent.ts';
import { failed, failedExchange, failedStatus, type HttpAnswer } from './http-answer.ts';
import type { AccountingPath } from '../../shared/model/accounting.ts';
import { checkHttpPath } from './http-path.ts';
import type { AddressOpener, NodeAddress } from '../link/link.ts';

export interface HttpRequest {
  readonly address: NodeAddress;
  readonly path: AccountingPath;
  /** Kept for this request only; in no error. */
  readonly bearerKey?: string;
  /** For the whole request, from its turn on: connecting, asking and the last byte of the answer. */
  readonly limitMs?: number;
  /** The longest body that is an answer. */
  readonly bodyLimitBytes?: number;
}

export const HTTP_LIMIT_MS = 5_000;
export const HTTP_BODY_LIMIT_BYTES = 5 * 1024 * 1024;
/** Of an answer with another status than 200 so much is read; only the head is shown. */
const ERROR_BODY_LIMIT_BYTES = 64 * 1024;

/** Requests over one link. Keeps a connection to each engine; `close` ends them, and so does the end of the link. */
export class HttpClient {
  readonly #link: AddressOpener;
  readonly #engines = new Map<string, Engine>();
  #isClosed = false;

  constructor(link: AddressOpener) {
    this.#link = link;
  }

  /** Throws, before a byte is sent, for a path, an address or a key that must not be used; otherwise it answers. */
  async get(asked: HttpRequest): Promise<HttpAnswer> {
    checkHttpPath(asked.path);
    checkAddress(asked.address, this.#link.describe);
    if (asked.bearerKey !== undefined && !/^[\x21-\x7E]+$/.test(asked.bearerKey)) {
      throw new Error('The API key has characters that no HTTP header can carry. Check how it was copied.');
    }
    const name = showAddress(asked.address);
    const engine = this.#engines.get(name) ?? { turn: Promise.resolve(), agent: null };
    this.#engines.set(name, engine);
    const answering = engine.turn.then(() => this.#ask(engine, asked));
    engine.turn = answering.then(
      () => undefined,
      () => undefined,
    );
    return answering;
  }

  /** Safe to call again. What is being asked ends as `closed`. */
  close(): void {
    this.#isClosed = true;
    for (const each of this.#engines.values()) each.agent?.destroy();
    this.#engines.clear();
  }

  async #ask(engine: Engine, asked: HttpRequest): Promise<HttpAnswer> {
    const deadline = performance.now() + (asked.limitMs ?? HTTP_LIMIT_MS);
    for (;;) {
      if (this.#isClosed) return failed('closed', null, `${title(this.#link, asked)}: Residuum closed the connection.`);
      const leftMs = (): number => Math.max(deadline - performance.now(), 1);
      engine.agent ??= new StreamAgent(() => this.#link.open(asked.address, leftMs()));
      const exchange = await exchangeOver(engine.agent, title(this.#link, asked), asked, leftMs());
      if (exchange.spent) {
        engine.agent.destroy();
        engine.agent = null;
      }
      // The engine ended an idle connection just when it was used again: a GET may be asked twice.
      if (!exchange.stale) return exchange.answer;
    }
  }
}

interface Engine {
  /** Settles when the last request in the line has its answer. */
  turn: Promise<void>;
  agent: StreamAgent | null;
}

interface Exchange {
  readonly answer: HttpAnswer;
  /** The connection cannot be used again. */
  readonly spent: boolean;
  /** A re-used connection ended before the first byte of an answer. */
  readonly stale: boolean;
}

function title(link: AddressOpener, asked: HttpRequest): string {
  const where = link.describe === 'local' ? 'this machine' : link.describe;
  return `GET ${asked.path} of ${showAddress(asked.address)} on ${where}`;
}

function exchangeOver(agent: StreamAgent, what: string, asked: HttpRequest, leftMs: number): Promise<Exchange> {
  return new Promise((resolve) => {
    const sent = request({
      agent,
      method: 'GET',
      host: asked.address.host,
      port: asked.address.port,
      path: asked.path,
      headers: {
        accept: '*/*',
        // Bodies are counted and read as they are.
        'accept-encoding': 'identity',
        'user-agent': 'residuum',
        ...(asked.bearerKey === undefined ? {} : { authorization: `Bearer ${asked.bearerKey}` }),
      },
    });
    let response: IncomingMessage | null = null;
    let isSettled = false;
    const settle = (answer: HttpAnswer, end: { spent: boolean; stale: boolean }): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      resolve({ answer, ...end });
      if (end.spent) sent.destroy();
    };
    const give = (answer: HttpAnswer, spent: boolean): void => settle(answer, { spent, stale: false });
    const status = (): number | null => response?.statusCode ?? null;
    const timer = setTimeout(() => {
      const seconds = (asked.limitMs ?? HTTP_LIMIT_MS) / 1000;
      const text = `${what}: no complete answer within ${seconds} s. The engine may be busy or hang; try again later.`;
      give(failed('timeout', status(), text), true);
    }, leftMs);
    const breakOff = (cause: Error): void =>
      settle(failedExchange(what, cause, status()), {
        spent: true,
        stale: sent.reusedSocket && response === null && 'code' in cause && !String(cause.code).startsWith('HPE_'),
      });
    sent.on('error', breakOff);
    // Nothing was asked for that could switch protocols.
    sent.on('upgrade', (message, stream) => {
      stream.destroy();
      give(statusFailure(what, message, '', asked), true);
    });
    sent.on('response', (message) => {
      response = message;
      message.on('error', breakOff);
      collect(message, asked, what, give);
    });
    sent.end();
  });
}

function collect(
  message: IncomingMessage,
  asked: HttpRequest,
  what: string,
  give: (answer: HttpAnswer, spent: boolean) => void,
): void {
  const isOk = message.statusCode === 200;
  const limit = isOk ? (asked.bodyLimitBytes ?? HTTP_BODY_LIMIT_BYTES) : ERROR_BODY_LIMIT_BYTES;
  const chunks: Buffer[] = [];
  let size = 0;
  const body = (): string => Buffer.concat(chunks).toString('utf8');
  const tooLarge = (): void => {
    if (!isOk) return give(statusFailure(what, message, body(), asked), true);
    const text = `${what}: the answer is larger than ${limit} bytes, so it was not read. Check that the port is the engine's.`;
    give(failed('too-large', 200, text), true);
  };
  if (Number(message.headers['content-length']) > limit) return tooLarge();
  message.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) tooLarge();
    else chunks.push(chunk);
  });
  message.on('end', () => {
    if (!isOk) return give(statusFailure(what, message, body(), asked), false);
    give({ kind: 'ok', status: 200, contentType: message.headers['content-type'] ?? null, body: body() }, false);
  });
}

function statusFailure(what: string, message: IncomingMessage, body: string, asked: HttpRequest): HttpAnswer {
  return failedStatus(what, {
    // The parser does not give an answer without one.
    status: message.statusCode ?? Number.NaN,
    body,
    location: message.headers.location ?? null,
    bearerKey: asked.bearerKey ?? null,
  });
}
