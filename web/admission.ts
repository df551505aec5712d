// Who may speak with the host: its token as long as it runs, and tickets that open one connection each, soon.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readSecret } from '../shared/rpc/greeting.ts';

/** A browser that takes longer to start is opened by hand, with the token. */
const TICKET_MS = 2 * 60_000;

export class Admission {
  /** 64 hexadecimal digits of chance. */
  readonly token = newSecret();
  readonly #now: () => number;
  #tickets: readonly { readonly hex: string; readonly untilMs: number }[] = [];

  /** `now` in milliseconds, never going backwards. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * For the address that is given to the program that opens a browser: other users of this machine can read it in the
   * list of processes, where it stays as long as the browser runs.
   */
  newTicket(): string {
    const hex = newSecret();
    this.#tickets = [...this.#tickets, { hex, untilMs: this.#now() + TICKET_MS }];
    return hex;
  }

  /** Takes a page's first text. A ticket is used up by it. */
  admit(text: string): 'token' | 'ticket' | undefined {
    const secret = readSecret(text);
    if (secret === undefined) return undefined;
    if (secret.kind === 'token') return isSame(secret.hex, this.token) ? 'token' : undefined;
    const now = this.#now();
    this.#tickets = this.#tickets.filter(({ untilMs }) => untilMs > now);
    const left = this.#tickets.filter(({ hex }) => !isSame(hex, secret.hex));
    const found = left.length < this.#tickets.length;
    this.#tickets = left;
    return found ? 'ticket' : undefined;
  }
}

function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/** In the same time wherever they differ. Both have 64 digits. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
