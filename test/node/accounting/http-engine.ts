// HTTP servers that play an engine, good and bad, and requests to them.
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { HttpClient, type HttpRequest } from '../../../node/accounting/http-get.ts';
import type { HttpAnswer } from '../../../node/accounting/http-answer.ts';
import type { AddressOpener } from '../../../node/link/link.ts';
import { openLocal } from '../../../node/link/local-link.ts';

export interface HttpEngine {
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  connections(): number;
}

export async function startHttpEngine(play: RequestListener): Promise<HttpEngine> {
  const requests: IncomingMessage[] = [];
  let count = 0;
  const server = createServer((asked, answer) => {
    requests.push(asked);
    play(asked, answer);
  });
  server.on('connection', () => (count += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, requests, connections: () => count };
}

/** A client whose connections end with the test; over this machine unless another link is given. */
export function startClient(link?: AddressOpener): HttpClient {
  if (link !== undefined) return clientOver(link);
  const local = openLocal();
  onTestFinished(() => local.close());
  return clientOver(local);
}

function clientOver(link: AddressOpener): HttpClient {
  const client = new HttpClient(link);
  onTestFinished(() => client.close());
  return client;
}

/** `GET /model_info` of a port of the node, with whatever else is given. */
export function ask(client: HttpClient, port: number, more: Partial<HttpRequest> = {}): Promise<HttpAnswer> {
  return client.get({ address: { host: '127.0.0.1', port }, path: '/model_info', ...more });
}

/** One request on a connection of its own. */
export async function httpGet(link: AddressOpener, asked: HttpRequest): Promise<HttpAnswer> {
  const client = new HttpClient(link);
  try {
    return await client.get(asked);
  } finally {
    client.close();
  }
}
