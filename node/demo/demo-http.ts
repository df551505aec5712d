// The sockets of a demo node: engines that answer HTTP as the scenario says, and sockets that say nothing. None is real.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { playedAnswers, type PlayedAnswers } from '../../shared/source/scenario-answers.ts';
import type { Scenario } from '../../shared/source/scenario.ts';

interface Listening {
  readonly address: string;
  readonly port: number;
  /** undefined: it speaks no HTTP. */
  readonly answers: PlayedAnswers | undefined;
}

/** Every IPv4 address of the node. */
const WILDCARD = '0.0.0.0';

export class DemoHttp {
  readonly #listening: readonly Listening[];
  /** Servers that never listen: streams are given to them. */
  readonly #servers = new Map<PlayedAnswers, Server>();
  readonly #streams = new Set<Duplex>();

  constructor({ processes }: Scenario) {
    this.#listening = processes.flatMap((process) => {
      const answers = playedAnswers(process);
      return process.listens.map(({ address, port }) => ({ address, port, answers }));
    });
  }

  /** Takes a stream to an address of the node; undefined where no process of the scenario listens. */
  at(host: string, port: number): ((stream: Duplex) => void) | undefined {
    const address = host === 'localhost' ? '127.0.0.1' : host;
    const found = this.#listening.find(
      (each) =>
        each.port === port && (each.address === address || (each.address === WILDCARD && !address.includes(':'))),
    );
    return found === undefined ? undefined : (stream) => this.#serve(stream, found.answers);
  }

  /** Ends every stream. */
  stop(): void {
    for (const stream of this.#streams) stream.destroy();
    for (const server of this.#servers.values()) server.close();
  }

  #serve(stream: Duplex, answers: PlayedAnswers | undefined): void {
    this.#streams.add(stream);
    stream.on('error', () => undefined);
    stream.once('close', () => this.#streams.delete(stream));
    if (answers === undefined) {
      stream.once('end', () => stream.end());
      stream.resume();
      return;
    }
    const server = this.#servers.get(answers) ?? createServer((asked, answer) => reply(answers, asked, answer));
    this.#servers.set(answers, server);
    server.emit('connection', stream);
  }
}

function reply(answers: PlayedAnswers, asked: IncomingMessage, answer: ServerResponse): void {
  const found = asked.method === 'GET' ? answers.get(asked.url ?? '') : undefined;
  if (found === undefined) {
    answer.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}');
    return;
  }
  answer.writeHead(200, { 'content-type': found.contentType }).end(found.body);
}
