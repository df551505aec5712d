// The web host: serves the page and its channel to browsers, on loopback unless it is told otherwise.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pipe } from '../shared/rpc/pipe.ts';
import { Admission } from './admission.ts';
import { CannotListen } from './cannot-listen.ts';
import { pageHeaders } from './headers.ts';
import { isOurHost } from './origin.ts';
import type { PageFiles } from './page-files.ts';
import { SocketDoor } from './socket-door.ts';

export interface WebHostOptions {
  /** An IP address of this machine, or `localhost`. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly files: PageFiles;
  /** Serves one page, until its pipe closes. */
  readonly onPage: (pipe: Pipe) => void;
  /** Milliseconds, never going backwards. */
  readonly now: () => number;
  /** How often a page is asked whether it is still there; by default every 30 s. */
  readonly pingMs?: number;
}

/** A page has a handful of files, and one socket for each tab. */
const MOST_CONNECTIONS = 256;
const REQUEST_MS = 10_000;
const LONGEST_HEADERS = 16 * 1024;

export class WebHost {
  readonly #server: Server;
  readonly #door: SocketDoor;
  readonly #admission: Admission;
  readonly #host: string;
  readonly #port: number;

  private constructor(server: Server, door: SocketDoor, admission: Admission, host: string, port: number) {
    this.#server = server;
    this.#door = door;
    this.#admission = admission;
    this.#host = host;
    this.#port = port;
  }

  /** Rejects with CannotListen when the address cannot be had. */
  static async start({ host, port, files, onPage, now, pingMs }: WebHostOptions): Promise<WebHost> {
    const limits = { maxHeaderSize: LONGEST_HEADERS, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS };
    const server = createServer(limits);
    server.maxConnections = MOST_CONNECTIONS;
    await listen(server, host, port);
    // A connection that cannot be taken, as when no more files may be open, is lost; those that are open go on.
    server.on('error', () => undefined);
    const admission = new Admission(now);
    const door = new SocketDoor(host, admission, onPage, pingMs);
    server.on('request', (request, response) => answer(request, response, files, host));
    server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head));
    return new WebHost(server, door, admission, host, (server.address() as AddressInfo).port);
  }

  /** `http://127.0.0.1:PORT/#TOKEN`: whoever has it has the nodes. */
  get address(): string {
    return `${this.#origin}#${this.#admission.token}`;
  }

  /** The same page for one opening, soon: for an address that others may see. */
  addressOnce(): string {
    return `${this.#origin}#once=${this.#admission.newTicket()}`;
  }

  /** Ends every connection. Resolves when nothing listens and nothing is open. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#door.close();
    this.#server.closeAllConnections();
    await closed;
  }

  get #origin(): string {
    // A browser cannot go to "every address".
    const name = this.#host === '0.0.0.0' ? '127.0.0.1' : this.#host === '::' ? '::1' : this.#host;
    return `http://${name.includes(':') ? `[${name}]` : name}:${this.#port}/`;
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new CannotListen(error, host, port)));
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

function answer(request: IncomingMessage, response: ServerResponse, files: PageFiles, boundTo: string): void {
  const { host } = request.headers;
  if (host === undefined || !isOurHost(host, boundTo)) {
    refuse(response, 403, 'This is not an address of Residuum. Open the one that it printed.', 'none.invalid');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'Only GET is answered here.', host);
    return;
  }
  // Compared as it came: nothing is decoded, joined or looked up on the disk.
  const file = files.get((request.url ?? '').split('?')[0] ?? '');
  if (file === undefined) {
    refuse(response, 404, 'There is no such file in the page.', host);
    return;
  }
  response.writeHead(200, { ...pageHeaders(host), 'Content-Type': file.type, 'Content-Length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

function refuse(response: ServerResponse, status: number, text: string, host: string): void {
  // Whatever else the request has to say is not read.
  const headers = { ...pageHeaders(host), 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
  response.writeHead(status, headers);
  response.end(`${text}\n`);
}
