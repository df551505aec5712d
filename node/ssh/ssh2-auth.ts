// Offers keys to a node one after the other, and says why none was taken.
import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';
import { LinkError } from '../link/link-error.ts';
import type { Identities } from './identities.ts';

export interface KeyOffering {
  readonly handler: AuthHandlerMiddleware;
  /** The refusal as a LinkError; `said` is what the server said when it hung up, if it did. */
  failure(said: string | null): LinkError;
}

/** One offering for one connection attempt: it counts what it has offered. */
export function offerKeys(describe: string, user: string, identities: Identities): KeyOffering {
  const waiting: AnyAuthMethod[] = [
    // OpenSSH asks this first too: it tells what the server accepts, and costs no attempt.
    { type: 'none', username: user },
    ...identities.offers.map((offer): AnyAuthMethod =>
      offer.kind === 'agent'
        ? { type: 'agent', username: user, agent: offer.agent }
        : { type: 'publickey', username: user, key: offer.key },
    ),
  ];
  let offered = 0;
  let accepts: readonly string[] | null = null;
  let partial = false;

  const handler: AuthHandlerMiddleware = (left, partialSuccess, next) => {
    // The types say that both are always there; on the first call they are null.
    if (Array.isArray(left)) accepts = left;
    partial = partialSuccess === true;
    const method = waiting.shift();
    const useless = offered > 0 && accepts !== null && !accepts.includes('publickey');
    if (method === undefined || useless || partial) {
      // `false` ends the attempt; the types do not have it.
      (next as (method: AnyAuthMethod | false) => void)(false);
      return;
    }
    offered += 1;
    next(method);
  };

  return {
    handler,
    failure: (said) => authFailure(describe, identities, { keys: offered - 1, accepts, partial, said }),
  };
}

interface Attempt {
  readonly keys: number;
  readonly accepts: readonly string[] | null;
  readonly partial: boolean;
  readonly said: string | null;
}

function authFailure(describe: string, identities: Identities, attempt: Attempt): LinkError {
  const { accepts } = attempt;
  if (attempt.partial || (accepts !== null && !accepts.includes('publickey'))) {
    const wants = accepts === null ? 'something else' : accepts.join(', ');
    return new LinkError(
      'auth-failed',
      describe,
      `${describe} ${attempt.partial ? 'accepted the key and wants more' : 'takes no keys'} (${wants}), which Residuum does not support yet. ` +
        `Allow a key alone for this user.`,
    );
  }
  const passedOver = identities.passedOver.length === 0 ? '' : ` Passed over: ${identities.passedOver.join('; ')}`;
  if (identities.encrypted.length > 0) {
    return new LinkError(
      'key-encrypted',
      describe,
      `${describe} did not let us in, and a key was left out because it is encrypted and no ssh-agent holds it. ` +
        `Add it with ssh-add and try again. Encrypted: ${identities.encrypted.join(' ')}${passedOver === '' ? '' : `.${passedOver}`}`,
    );
  }
  const offered =
    attempt.keys <= 0
      ? 'there was no key to offer'
      : `none of ${attempt.keys} key${attempt.keys === 1 ? '' : 's'} offered was accepted`;
  const said = attempt.said === null ? '' : ` (${attempt.said})`;
  return new LinkError(
    'auth-failed',
    describe,
    `${describe} did not let us in: ${offered}${said}. Check the user, and that the key is in authorized_keys there; ` +
      `name a key with --identity, or add one to ssh-agent.${passedOver}`,
  );
}
