// Sockets of played processes: real HTTP servers with prepared answers, and mute ones that nobody may write to.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface PreparedAnswer {
  /** 200 by default. */
  readonly status?: number;
  /** application/json by default. */
  readonly contentType?: string;
  readonly body?: string;
  /** Ends the connection behind the answer. */
  readonly close?: true;
  /** The whole of what is sent, instead of a response; then the connection ends. */
  readonly raw?: string;
  /** Takes the request and never answers. */
  readonly silent?: true;
}

export interface SocketPlan {
  /** 127.0.0.1 by default; `::1`, `0.0.0.0`, another loopback address. */
  readonly address?: string;
  /** Choose a free one with `freePort`, so that a command line can name it. */
  readonly port: number;
  /** By path with its query. Without it the socket is mute: it accepts, answers nothing, and writes down what comes. */
  readonly http?: Readonly<Record<string, PreparedAnswer>>;
}

/** One socket of one process, while the node runs. */
export class PlayedSocket {
  readonly address: string;
  readonly port: number;
  readonly #folder: string;
  readonly #isHttp: boolean;

  constructor(plan: SocketPlan, folder: string) {
    this.address = plan.address ?? '127.0.0.1';
    this.port = plan.port;
    this.#folder = folder;
    this.#isHttp = plan.http !== undefined;
  }

  /** Its line for listener.pl. */
  get planLine(): string {
    return `${this.address} ${this.port} ${this.#isHttp ? 'http' : 'mute'} ${this.#folder}`;
  }

  async create(answers: Readonly<Record<string, PreparedAnswer>> | undefined): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const [where, answer] of Object.entries(answers ?? {})) await this.answer(where, answer);
  }

  /** From now on; undefined takes the path away, so that it is a 404. */
  async answer(where: string, answer: PreparedAnswer | undefined): Promise<void> {
    const file = path.join(this.#folder, Buffer.from(where).toString('hex'));
    if (answer === undefined) {
      await rm(file, { force: true });
      return;
    }
    await writeFile(`${file}.new`, answer.silent === true ? '' : response(answer));
    await rename(`${file}.new`, file);
  }

  /** Request heads so far, oldest first. */
  requests(): string[] {
    return this.#read('requests').split('\0').slice(0, -1);
  }

  /** First lines of the requests: `GET /server_info HTTP/1.1`. */
  requestLines(): string[] {
    return this.requests().map((head) => head.split('\r\n', 1)[0] ?? '');
  }

  /** Everything that a mute socket was sent. */
  received(): string {
    return this.#read('received');
  }

  #read(name: string): string {
    const file = path.join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'latin1') : '';
  }
}

function response({ status = 200, contentType = 'application/json', body = '', close, raw }: PreparedAnswer): string {
  if (raw !== undefined) return `\0${raw}`;
  const head = [
    `HTTP/1.1 ${status} Prepared`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(close === true ? ['Connection: close'] : []),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
