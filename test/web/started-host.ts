// A really started web host for one test, its page a few small files, its nodes a stub that counts who is being served.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, type RawData } from 'ws';
import { contract } from '../../shared/rpc/contract.ts';
import { PROTOCOL } from '../../shared/rpc/greeting.ts';
import { serve, type Handlers } from '../../shared/rpc/server.ts';
import { readPageFiles } from '../../web/page-files.ts';
import { textOf } from '../../web/socket-pipe.ts';
import { WebHost, type WebHostOptions } from '../../web/web-host.ts';

export const PAGE = '<!doctype html><title>Residuum</title><p>the page</p>';

export interface StartedHost {
  readonly host: WebHost;
  readonly port: number;
  readonly token: string;
  /** Streams that are being served at this moment. */
  readonly serving: { observers: number };
  close(): Promise<void>;
}

/** Close it in `afterEach`. `pageFolder` is served instead of a page of a few words. */
export async function startHost(options: Partial<WebHostOptions> & { pageFolder?: string } = {}): Promise<StartedHost> {
  const scratch = mkdtempSync(join(tmpdir(), 'residuum-web-'));
  const folder = join(scratch, 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'notes.txt'), 'not part of a page');
  writeFileSync(join(scratch, 'secret.html'), 'beside the page');
  const serving = { observers: 0 };
  const handlers = stubHandlers(serving);
  // A host reads its page when it starts; one that is refused its port must leave nothing behind either.
  const host = await WebHost.start({
    host: '127.0.0.1',
    port: 0,
    files: readPageFiles(options.pageFolder ?? folder),
    onPage: (pipe) => serve(contract, handlers, pipe),
    now: () => performance.now(),
    ...options,
  }).finally(() => rmSync(scratch, { recursive: true }));
  const { port, hash } = new URL(host.address);
  return { host, port: Number(port), token: hash.slice(1), serving, close: () => host.close() };
}

/** Answers two calls as a host would: the version, and a stream of marks that waits for ever after the first. */
function stubHandlers(serving: StartedHost['serving']): Handlers {
  const known: Partial<Handlers> = {
    'app.info': () => ({ version: '9.9.9', host: 'web', probeSha256: 'ab', limitVariable: null }),
    'node.observe': async function* ({ node }, { signal }) {
      serving.observers += 1;
      try {
        yield { kind: 'mark', node, atMs: 1, text: 'first', source: 'hand' };
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
      } finally {
        serving.observers -= 1;
      }
    },
  };
  return known as Handlers;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request, exactly as it is said here: no path is made neat. */
export async function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += String(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Raw bytes, for what no client would send; everything that comes back until the host closes. */
export async function sayRaw(port: number, text: string): Promise<string> {
  const socket = connectTcp({ host: '127.0.0.1', port });
  socket.write(text);
  let heard = '';
  try {
    for await (const chunk of socket.setEncoding('latin1')) heard += String(chunk);
  } catch (error) {
    heard += `[${(error as NodeJS.ErrnoException).code ?? 'error'}]`;
  }
  return heard;
}

export interface SocketOptions {
  readonly origin?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly protocol?: string;
  /** false: the other side is there and answers nothing. */
  readonly answersPings?: boolean;
}

/** How a WebSocket was let in: the status it was refused with, or the socket. */
export async function knock(port: number, options: SocketOptions = {}): Promise<number | WebSocket> {
  const {
    origin = `http://127.0.0.1:${port}`,
    headers = {},
    path = '/rpc',
    protocol = PROTOCOL,
    answersPings = true,
  } = options;
  const given = { headers, autoPong: answersPings, ...(origin === '' ? {} : { origin }) };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocol === '' ? [] : protocol, given);
  return await new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (asked, response) => {
      asked.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
}

/** Sends the first text; the host's answer, or the code that it closed with. */
export async function greet(socket: WebSocket, text: string | Buffer): Promise<string | number> {
  const answer = new Promise<string | number>((resolve) => {
    socket.once('message', (data: RawData) => resolve(textOf(data)));
    socket.once('close', (code) => resolve(code));
  });
  socket.send(text);
  return await answer;
}
