// SSH keys made by ssh-keygen, and a real ssh-agent to hold them.
import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface KeyPair {
  readonly file: string;
  /** `type base64 comment`. */
  readonly publicLine: string;
}

const run = promisify(execFile);

/** Makes a key pair in a folder; with a passphrase the private half is encrypted. */
export async function makeKey(folder: string, name: string, type: KeyType, passphrase = ''): Promise<KeyPair> {
  const file = join(folder, name);
  // One KDF round: the default sixteen take half a second.
  await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-a', '1', '-C', name, '-f', file]);
  return { file, publicLine: (await readFile(`${file}.pub`, 'utf8')).trim() };
}

/** Encrypts a key file that has no passphrase yet. */
export async function lockKey(file: string, passphrase: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-p', '-a', '1', '-P', '', '-N', passphrase, '-f', file]);
}

/** Starts an ssh-agent that lives as long as the test; answers its socket. */
export async function startAgent(folder: string): Promise<string> {
  const socket = join(folder, 'agent.sock');
  // -D: in the foreground, so that the pid is the agent's own.
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  onTestFinished(async () => {
    if (agent.exitCode !== null || agent.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => agent.once('exit', () => resolve()));
    agent.kill('SIGKILL');
    await exited;
  });
  const until = Date.now() + 40_000;
  // Its socket is there a moment before it listens.
  while (!(await accepts(socket))) {
    if (Date.now() > until) throw new Error('ssh-agent does not answer on its socket');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return socket;
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false));
    connection.once('connect', () => connection.destroy());
  });
}

/** Adds a private key without a passphrase to an agent. */
export async function addToAgent(socket: string, keyFile: string): Promise<void> {
  await run('ssh-add', ['-q', keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
}
