// Lets pages in: a WebSocket from our own page whose first text is a secret that we gave out becomes a pipe.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { NOT_ADMITTED, PROTOCOL, welcomeText } from '../shared/rpc/greeting.ts';
import type { Pipe } from '../shared/rpc/pipe.ts';
import type { Admission } from './admission.ts';
import { isOurHost, isOurOrigin } from './origin.ts';
import { closeSocket, socketPipe, textOf } from './socket-pipe.ts';

/** Before the first text a socket is nobody's; our page sends it at once. */
const FIRST_TEXT_MS = 5_000;
const MOST_STRANGERS = 32;
const MOST_PAGES = 64;
/** In bytes; what a page says is far smaller. */
const LONGEST_TEXT = 2 * 1024 * 1024;
/** A page behind a cut connection is noticed within two of these. */
const PING_MS = 30_000;
const GOING_AWAY = 1001;

export class SocketDoor {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_TEXT,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  readonly #boundTo: string;
  readonly #admission: Admission;
  readonly #onPage: (pipe: Pipe) => void;
  readonly #pingMs: number;
  readonly #strangers = new Set<WebSocket>();
  readonly #pages = new Set<WebSocket>();

  constructor(boundTo: string, admission: Admission, onPage: (pipe: Pipe) => void, pingMs = PING_MS) {
    this.#boundTo = boundTo;
    this.#admission = admission;
    this.#onPage = onPage;
    this.#pingMs = pingMs;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until ws has it, a reset connection would be an uncaught error.
    socket.on('error', () => socket.destroy());
    const { host, origin } = request.headers;
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
    if (!isOurHost(host, this.#boundTo) || !isOurOrigin(origin, host)) refuse(socket, '403 Forbidden');
    else if (request.url !== '/rpc') refuse(socket, '404 Not Found');
    else if (offered?.includes(PROTOCOL) !== true) refuse(socket, '400 Bad Request');
    else if (this.#strangers.size >= MOST_STRANGERS || this.#pages.size >= MOST_PAGES) {
      refuse(socket, '503 Service Unavailable');
    } else this.#server.handleUpgrade(request, socket, head, (opened) => this.#greet(opened));
  }

  /** Says goodbye to everybody; resolves when all have gone, or were cut off. */
  async close(): Promise<void> {
    const open = [...this.#strangers, ...this.#pages];
    await Promise.all(
      open.map((socket) => {
        const gone = new Promise<void>((resolve) => socket.once('close', resolve));
        closeSocket(socket, GOING_AWAY);
        return gone;
      }),
    );
  }

  #greet(socket: WebSocket): void {
    this.#strangers.add(socket);
    const timer = setTimeout(() => closeSocket(socket, NOT_ADMITTED), FIRST_TEXT_MS);
    // What ws reports here (a text too long, bytes that are no WebSocket) closes the socket, which is all there is to do.
    socket.on('error', () => socket.terminate());
    socket.once('close', () => {
      clearTimeout(timer);
      this.#strangers.delete(socket);
      this.#pages.delete(socket);
    });
    socket.once('message', (data: RawData, isBinary: boolean) => {
      clearTimeout(timer);
      const how = isBinary ? undefined : this.#admission.admit(textOf(data));
      if (how === undefined) {
        closeSocket(socket, NOT_ADMITTED);
        return;
      }
      this.#strangers.delete(socket);
      this.#pages.add(socket);
      keepAlive(socket, this.#pingMs);
      socket.send(welcomeText(how === 'ticket' ? this.#admission.token : undefined));
      this.#onPage(socketPipe(socket));
    });
  }
}

/** A computer that was shut while its page was open says no goodbye. */
function keepAlive(socket: WebSocket, pingMs: number): void {
  const page = { answered: true };
  const timer = setInterval(() => {
    if (!page.answered) socket.terminate();
    page.answered = false;
    socket.ping();
  }, pingMs);
  socket.on('pong', () => (page.answered = true));
  socket.once('close', () => clearInterval(timer));
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
