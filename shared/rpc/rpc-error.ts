// What a call fails with: a code to act on, a sentence to read, and what to do next. Never a stack, never a secret.
import type { z } from 'zod';

/** Of the channel itself. Handlers have codes of their own, such as a LinkError's. */
export type ChannelCode =
  'closed' | 'aborted' | 'bad-input' | 'bad-output' | 'unknown-method' | 'too-many-calls' | 'too-large' | 'internal';

/** `message` and `next` are for a person. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: string;
  /** What to do next; empty when there is nothing to do. */
  readonly next: string;

  constructor(code: string, message: string, next = '') {
    super(message);
    this.code = code;
    this.next = next;
  }
}

/** The same with a code that the compiler knows. */
export function channelError(code: ChannelCode, message: string, next = ''): RpcError {
  return new RpcError(code, message, next);
}

/** Where a value differs from its check, without the value itself: it may hold a secret. */
export function whereBad(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length === 0 ? 'the value' : issue.path.join('.').slice(0, 80)}: ${issue.code}`)
    .join('; ');
}
