// What an engine answered to a GET, or why there is no answer, as data.
import { STATUS_CODES } from 'node:http';
import { clip, printable } from '../../shared/base/printable.ts';
import { LinkError } from '../link/link-error.ts';

export const HTTP_FAILURES = [
  'refused',
  'forward-refused',
  'timeout',
  'unauthorized',
  'forbidden',
  'not-found',
  'server-error',
  'redirect',
  'not-http',
  'too-large',
  'closed',
  'bad-status',
] as const;

export type HttpFailure = (typeof HTTP_FAILURES)[number];

/** Whether the body of an `ok` is HTML or broken JSON is for its reader to say. */
export type HttpAnswer =
  | { readonly kind: 'ok'; readonly status: 200; readonly contentType: string | null; readonly body: string }
  | {
      readonly kind: 'failed';
      readonly reason: HttpFailure;
      /** Null when there was no answer with a status. */
      readonly status: number | null;
      /** What happened, where, and what to do; on one line. Never a header of the request. */
      readonly text: string;
    };

export type FailedAnswer = Extract<HttpAnswer, { kind: 'failed' }>;

export function failed(reason: HttpFailure, status: number | null, text: string): FailedAnswer {
  return { kind: 'failed', reason, status, text: printable(text) };
}

/** How much of an error's body is shown, in characters. */
const MOST_EXCERPT = 200;
/** A value behind a name like these is not shown: servers echo requests and print their arguments when they fail. */
const SECRET_PAIR = /((?:key|token|password|secret|authorization)["']?\s*[:=]\s*["']?(?:bearer\s+)?)[^\s"',;}&<]+/gi;
const SECRET_SHAPE = /\b(?:sk-|hf_)[\w-]+|\bbearer\s+[^\s"',;}&<]+|:\/\/[^\s/@]+@/gi;

export interface StatusAnswer {
  readonly status: number;
  /** The head of the body. */
  readonly body: string;
  /** The Location header. */
  readonly location: string | null;
  /** Never shown, wherever the server put it. */
  readonly bearerKey: string | null;
}

/** The failure for every status but 200. `asked` is `GET PATH of HOST:PORT on NODE`. */
export function failedStatus(asked: string, answer: StatusAnswer): FailedAnswer {
  const { status } = answer;
  const [reason, advice] = judge(answer);
  const name = STATUS_CODES[status] === undefined ? '' : ` ${STATUS_CODES[status]}`;
  const excerpt = showBody(answer.body, answer.bearerKey);
  return failed(
    reason,
    status,
    `${asked}: HTTP ${status}${name}. ${advice}${excerpt === '' ? '' : ` The answer begins: ${excerpt}`}`,
  );
}

function judge({ status, location, bearerKey }: StatusAnswer): readonly [HttpFailure, string] {
  if (status === 401) {
    return [
      'unauthorized',
      bearerKey === null
        ? 'The engine wants an API key; give it one.'
        : 'The engine does not accept the API key that it was given; check the key.',
    ];
  }
  if (status === 403) return ['forbidden', 'The engine refuses this to us; check the API key and what it may do.'];
  if (status === 404) return ['not-found', "This server does not have it; check that the port is the engine's."];
  if (status >= 300 && status < 400 && status !== 304) {
    const to = origin(location);
    return [
      'redirect',
      `Redirects are not followed${to === null ? '' : ` (to ${to})`}; give the engine's own address.`,
    ];
  }
  if (status >= 500) return ['server-error', 'The engine failed to answer; its log says why.'];
  return ['bad-status', "Only 200 is an answer; check that the port is the engine's."];
}

/** Where a redirect leads, without user, path and query: those may hold secrets. */
function origin(location: string | null): string | null {
  if (location === null || !URL.canParse(location)) return null;
  const { protocol, host } = new URL(location);
  return `${protocol}//${clip(host, 80)}`;
}

function showBody(body: string, bearerKey: string | null): string {
  // The key goes first: a cut key would not be found.
  const withoutKey = bearerKey === null ? body : body.replaceAll(bearerKey, '***');
  const masked = withoutKey.replace(SECRET_PAIR, '$1***').replace(SECRET_SHAPE, '***');
  return clip(printable(masked.replace(/\s+/g, ' ').trim()), MOST_EXCERPT);
}

/** The failure for an exchange that broke off. A LinkError is about connecting; its sentence is complete. */
export function failedExchange(asked: string, cause: Error, status: number | null): FailedAnswer {
  if (cause instanceof LinkError) return failed(linkFailure(cause), null, cause.message);
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'HPE_HEADER_OVERFLOW') {
    return failed('too-large', status, `${asked}: the headers of the answer are too large. Check the port.`);
  }
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
    return failed(
      'not-http',
      status,
      `${asked}: what answers there does not speak HTTP/1.1 (${code}). Check that the port is the engine's.`,
    );
  }
  return failed(
    'closed',
    status,
    `${asked}: the connection was closed before the answer was complete. The engine may be ending or restarting; try again.`,
  );
}

function linkFailure(cause: LinkError): HttpFailure {
  switch (cause.code) {
    case 'connection-refused':
    case 'no-route':
    case 'no-such-host':
      return 'refused';
    case 'timeout':
      return 'timeout';
    case 'forward-refused':
    case 'no-session':
      return 'forward-refused';
    default:
      return 'closed';
  }
}
