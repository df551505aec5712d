// An ssh server inside this process, with one demo node behind it: no shell, no files, no processes. What is forwarded
// reaches the sockets of the scenario, which are not sockets of this machine.
import { createServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { AuthContext, ParsedKey, Session } from 'ssh2';
import type { DemoNode } from '../../shared/source/demo-frame.ts';
import { makeDemoKey } from './demo-key.ts';
import { DemoHttp } from './demo-http.ts';
import { DemoProbe } from './demo-probe.ts';

export interface DemoServer {
  readonly host: string;
  readonly port: number;
  /** The public host key as it goes over the wire, made for this run. */
  readonly hostKey: Buffer;
  /** Ends connections and stops listening. Safe to call again. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
export const DEMO_USER = 'demo';
/** The only command: what a host runs to send the probe. */
const PROBE_COMMAND = /^exec sh -s ([0-9a-f]{16,64})$/;

/** Starts to listen. `userKey` is the one key that is let in, so that no other local process can come in. */
export async function startDemoServer(node: DemoNode, userKey: ParsedKey): Promise<DemoServer> {
  const hostKey = makeDemoKey();
  const http = new DemoHttp(node.scenario);
  const ssh = new ssh2.Server({ hostKeys: [hostKey.privateText], ident: 'residuum-demo' }, (connection) => {
    // A client that hangs up in the middle of anything; its socket says so as well.
    connection.on('error', () => undefined);
    connection.on('authentication', (attempt) => authenticate(attempt, userKey));
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      const answer = http.at(destIP, destPort);
      // Refused as a connection, not as forwarding: nobody of the scenario listens there.
      if (answer === undefined) reject();
      else answer(accept());
    });
    connection.on('session', (accept) => serve(accept(), node));
  });
  const sockets = new Set<Socket>();
  // ssh2 would not set noDelay: each answer would wait for the host's acknowledgement, 40 ms.
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, HOST, resolve);
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the demo server has no port');
  const stopped = new Promise<void>((resolve) => listener.once('close', resolve));
  const stop = async (): Promise<void> => {
    listener.close();
    http.stop();
    for (const socket of sockets) socket.destroy();
    await stopped;
  };
  return { host: HOST, port: address.port, hostKey: hostKey.blob, stop };
}

function authenticate(attempt: AuthContext, userKey: ParsedKey): void {
  const isOurs =
    attempt.method === 'publickey' && attempt.username === DEMO_USER && attempt.key.data.equals(userKey.getPublicSSH());
  if (!isOurs) return attempt.reject(['publickey']);
  // Without a signature it is a question: would this key do?
  if (attempt.signature === undefined || attempt.blob === undefined) return attempt.accept();
  if (userKey.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true) attempt.accept();
  else attempt.reject(['publickey']);
}

/** Whatever nobody listens for (a shell, a terminal, a file transfer) is refused by ssh2 itself. */
function serve(session: Session, node: DemoNode): void {
  session.on('exec', (accept, reject, { command }) => {
    const token = PROBE_COMMAND.exec(command)?.[1];
    if (token === undefined) return reject();
    const channel = accept();
    const probe = new DemoProbe(node, token, channel);
    const leave = (exitCode: number): void => {
      probe.stop();
      if (channel.writable) channel.exit(exitCode);
      channel.end();
    };
    channel.on('data', (chunk: Buffer) => {
      if (!probe.push(chunk)) leave(1);
    });
    channel.on('end', () => leave(0));
    channel.on('close', () => probe.stop());
    channel.on('error', () => probe.stop());
  });
}
