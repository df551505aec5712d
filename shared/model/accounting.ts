// What was seen of an engine's own numbers: one answer to one GET, allow-listed raw values only, or why there is none.

/**
 * Every path that may ever be asked, with GET. Several others mutate even with GET (flush, release, resume, sleep), and
 * the health checks of SGLang generate text: asking one of them can kill a run.
 */
export const ACCOUNTING_PATHS = [
  '/v1/loads?include=core,memory',
  '/server_info',
  '/get_server_info',
  '/model_info',
  '/is_sleeping',
  '/metrics',
  '/version',
  '/v1/models',
] as const;

export type AccountingPath = (typeof ACCOUNTING_PATHS)[number];

/** Why there is no answer, or no number in it: what happened, then what to do about it. */
export const ACCOUNTING_REASONS = {
  // From the HTTP side.
  refused: 'nothing listens at this address; the engine may still be starting: check its port, then try again',
  'forward-refused':
    "the node's SSH server refuses to forward connections; allow AllowTcpForwarding, or use a link that runs a command",
  timeout:
    'the engine did not answer in time; its scheduler may be busy or hung: wait for the batch to end, or look at its log',
  unauthorized: 'the engine asks for an API key; give the key that it was started with',
  forbidden: 'the engine refuses this API key; give the key that it was started with, not the admin key',
  'not-found': 'the engine does not know this path; its version may be too old or too new for it',
  'server-error': 'the engine failed to answer; look at its log',
  redirect: 'the address answers with a redirect, which is not followed; give the address of the engine itself',
  'not-http': 'the socket does not speak HTTP; give the port that the engine serves on',
  'too-large': 'the answer is larger than any engine sends; check that the address is the engine itself',
  closed: 'the connection was closed in the middle of the answer; the engine may be stopping: look whether it runs',
  'bad-status': 'the engine answered with a status that is not expected; check that the address is the engine itself',
  // From the reader.
  html: 'a web page came back, so a proxy or another server answers here; give the address of the engine itself',
  'broken-json': 'the answer is not valid JSON; check that the address is the engine itself, and look at its log',
  'wrong-shape':
    "the answer is not what this engine's versions send; check the engine's kind and version, and report the version",
  empty: 'the answer has no content; try again when the engine has started',
  // No question could be asked, or none makes sense.
  'not-offered': 'this engine offers no accounting; compare its resident memory with its own level when awake',
  'not-asked': 'this engine was not asked yet',
  'asking-off': 'engines are not asked, which was turned off; turn asking on to see what they say',
  'unknown-engine': 'no file of ours says how to ask this kind of engine; its resident memory is measured all the same',
  'no-endpoint': 'no address of this engine was found; give its host and port',
  'sockets-unreadable':
    "the engine's sockets belong to another user and cannot be read; give its host and port, or connect as its user",
  'other-namespace':
    'the engine listens in another network namespace (a container); give an address that the node can reach',
  'node-rank':
    'this is not the first node of the engine (node_rank above 0), and only the first one answers; ask that node',
  // A number inside an answer.
  missing: 'the answer does not have this value; this version of the engine may not report it',
  null: 'the engine says that it does not know this value',
  'wrong-type': 'the value is not a number that can be read, so it was not kept; report the version of the engine',
  'not-finite': 'the value is too large for a number, so it was not kept; report the version of the engine',
  'no-entries': 'the answer lists no scheduler; try again when the engine has started',
  // The seed's own reading.
  'seed-not-asked': 'the seed reads /server_info alone, and this engine has not answered it',
  'seed-breaks':
    'the seed cannot add this answer: it takes graph for a number, and this engine sends an object of phases',
} as const;

export type AccountingReasonCode = keyof typeof ACCOUNTING_REASONS;

export interface AccountingReason {
  readonly code: AccountingReasonCode;
  /** A path, an address or the name of a value; never text of the answer. */
  readonly where: string;
}

/** A value that an engine stated, or why there is none. */
export type Stated<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly why: AccountingReason };

export function stated<T>(value: T): Stated<T> {
  return { known: true, value };
}

export function unstated(code: AccountingReasonCode, where = ''): Stated<never> {
  return { known: false, why: { code, where } };
}

/** Where an engine was asked. `host` is an address of the node, never one of the machine that looks. */
export interface EngineEndpoint {
  readonly host: string;
  readonly port: number;
}

/** A value as the engine sent it: strings masked and cut, numbers finite. */
export type RawValue =
  string | number | boolean | null | readonly RawValue[] | { readonly [name: string]: RawValue | undefined };

export type RawFields = Readonly<Record<string, RawValue>>;

/** An allow-listed field whose value was of a type that it never has. The value itself is not kept. */
export interface RefusedField {
  readonly field: string;
  readonly was: 'text' | 'flag' | 'list' | 'object' | 'number' | 'fraction' | 'not-finite' | 'long-text' | 'null';
}

export interface AccountingAnswer {
  readonly kind: 'answer';
  readonly path: AccountingPath;
  readonly status: number;
  /** On the clock of the observations, as given by whoever asked. */
  readonly receivedMs: number;
  readonly fields: RawFields;
  readonly refused: readonly RefusedField[];
}

export interface AccountingFailure {
  readonly kind: 'failure';
  /** null: it did not come to a question (no endpoint, another namespace). */
  readonly path: AccountingPath | null;
  readonly status: number | null;
  readonly receivedMs: number;
  readonly why: AccountingReason;
}

/** One answer or failure of one engine; the engine is the pid and the start time of its root. */
export interface AccountingObservation {
  readonly rootPid: number;
  readonly rootStartTicks: number;
  readonly endpoint: EngineEndpoint | null;
  readonly seen: AccountingAnswer | AccountingFailure;
}

/** The sentence for a reason, with its place when there is one. */
export function accountingSentence(why: AccountingReason): string {
  const sentence = ACCOUNTING_REASONS[why.code];
  return why.where === '' ? sentence : `${why.where}: ${sentence}`;
}
