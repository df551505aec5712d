// A stream to an address of the node through a command that runs there, for a node that refuses to forward.
import { randomBytes } from 'node:crypto';
import { addressFailure, addressTimeout, type AddressContext } from './address-stream-failure.ts';
import { ANSWER_WORD, CARRIERS, carrierCommand, type CarrierProgram } from './address-stream-script.ts';
import { AddressStream } from './address-stream.ts';
import { LinkError } from './link-error.ts';
import type { Link, RemoteProcess } from './link.ts';
import { settledWithin } from './settled-within.ts';

/** What a login shell may print before the program answers. */
const MOST_NOISE_BYTES = 256 * 1024;
const TOKEN_BYTES = 8;
/** Exit codes of a shell: not executable, not found. A wrapper in front of a missing interpreter ends with them too. */
const NOT_STARTED = new Set<number | null>([126, 127]);

export type CommandRunner = Pick<Link, 'run'>;

/** Connected, or null when the node has no such program (or one that cannot do it), or why not. */
type Attempt = AddressStream | LinkError | null;

/**
 * Tries bash, python3 and perl in this order, and rejects with a LinkError. `programs` is what this node is not known
 * to lack; programs that it turns out to lack are taken out of it. `until` is a time of `performance.now()`.
 */
export async function openByCommand(
  runner: CommandRunner,
  context: AddressContext,
  programs: Set<CarrierProgram>,
  until: number,
): Promise<AddressStream> {
  for (const program of CARRIERS) {
    if (!programs.has(program)) continue;
    const result = await attempt(runner, program, context, until);
    if (result instanceof LinkError) throw result;
    if (result !== null) return result;
    programs.delete(program);
  }
  throw new LinkError(
    'forward-refused',
    context.describe,
    `${context.describe} refuses TCP forwarding (AllowTcpForwarding in its sshd_config), and has no ${CARRIERS.join(', ')} ` +
      `to reach the engine with. Allow forwarding for this user, or install one of them.`,
  );
}

async function attempt(
  runner: CommandRunner,
  program: CarrierProgram,
  context: AddressContext,
  until: number,
): Promise<Attempt> {
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  const leftMs = until - performance.now();
  if (leftMs <= 0) return addressTimeout(context);
  const starting = runner.run(carrierCommand(program, context.address, token, leftMs));
  if (!(await settledWithin(starting, leftMs))) {
    // Its end is bounded, and the link ends it in any case.
    void starting.then(
      (late) => late.end(),
      () => undefined,
    );
    return addressTimeout(context);
  }
  const running = await starting;
  const chunks = running.output[Symbol.asyncIterator]();
  const answering = readAnswer(chunks, token);
  if (!(await settledWithin(answering, until - performance.now()))) {
    void running.end();
    return addressTimeout(context);
  }
  const answer = await answering;
  if (answer.word === 'open') return carry(running, chunks, answer.rest);
  const ending = await running.end();
  if (answer.word === 'none' || NOT_STARTED.has(ending.exitCode)) return null;
  const said = running.stderr();
  // A bash that was built without network redirections looks for a file of that name.
  if (program === 'bash' && /\/dev\/tcp.*No such file/.test(said)) return null;
  if (ending.lost) return new LinkError('lost', context.describe, `The connection to ${context.describe} was lost.`);
  return addressFailure(said, context);
}

interface Answer {
  readonly word: string | null;
  /** Bytes of the peer that came along. */
  readonly rest: Uint8Array;
}

async function readAnswer(chunks: AsyncIterator<Uint8Array>, token: string): Promise<Answer> {
  const line = new RegExp(`\\n${ANSWER_WORD} ${token} (open|none)\\n`);
  let seen: Buffer = Buffer.alloc(0);
  while (seen.length <= MOST_NOISE_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    seen = Buffer.concat([seen, next.value]);
    // latin1: one character is one byte.
    const match = line.exec(seen.toString('latin1'));
    if (match !== null) return { word: match[1] ?? null, rest: seen.subarray(match.index + match[0].length) };
  }
  return { word: null, rest: seen.subarray(0, 0) };
}

function carry(running: RemoteProcess, chunks: AsyncIterator<Uint8Array>, first: Uint8Array): AddressStream {
  let wake: () => void = () => undefined;
  let isPaused = false;
  const stream = new AddressStream({
    write: (data, done) => {
      // Input of a process is queued without a limit; requests are a few hundred bytes.
      running.stdin.write(data);
      done();
    },
    pause: () => (isPaused = true),
    resume: () => {
      isPaused = false;
      wake();
    },
    close: () => {
      wake();
      void running.end();
    },
  });
  const pump = async (): Promise<void> => {
    if (first.length > 0) stream.receive(first);
    while (!stream.destroyed) {
      while (isPaused && !stream.destroyed) await new Promise<void>((resolve) => (wake = resolve));
      const next = await chunks.next();
      if (next.done === true) break;
      stream.receive(next.value);
    }
    stream.receiveEnd();
  };
  // The line that lets the guard go; see address-stream-script.ts.
  running.stdin.write('go\n');
  pump().catch((cause: unknown) => stream.destroy(cause instanceof Error ? cause : new Error(String(cause))));
  return stream;
}
