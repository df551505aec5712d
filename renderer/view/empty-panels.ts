// What a panel says where it has nothing to show: what is missing, why, and what to do.
import { REASONS } from '../../shared/base/reason.ts';
import { NEXT_STEPS } from '../../shared/evidence/gate/next-step.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { wholeMib } from './screen-text.ts';

export interface EmptyPanel {
  /** One sentence. */
  readonly what: string;
  readonly why: string;
  /** What the user can do. */
  readonly next: string;
}

/** Of a look in which no process has a row. */
export function emptyMatrix({ sighting: { snapshot } }: Moment): EmptyPanel {
  const [reason] = snapshot.driverReasons;
  if (snapshot.usage === undefined || reason !== undefined) {
    return {
      what: 'The driver gave no list of processes, so who holds memory is unknown.',
      why: reason === undefined ? '' : `${capital(REASONS[reason.code])}.`,
      next: (reason === undefined ? undefined : NEXT_STEPS.window[reason.code]) ?? 'Go to another look.',
    };
  }
  const devices = snapshot.devices?.devices ?? [];
  const used = devices.map(({ bus, used: each }) => `${bus} ${each.known ? `${wholeMib(each.value)} MiB` : 'unknown'}`);
  return {
    what: 'The driver lists no process with GPU memory.',
    why: `Used all the same: ${used.length === 0 ? 'unknown' : used.join(', ')}.`,
    next: 'A few MiB are the driver’s own. Where more is used, its processes are hidden: by a container, by MIG, or because they are gone. Connect to the host itself, or go to a look where they ran.',
  };
}

/** Of a look without an engine: nobody accounts for anything. */
export function emptyPair({ sighting: { snapshot } }: Moment): EmptyPanel {
  return {
    what: 'No engine was found, so nobody says what should be resident.',
    why: snapshot.scan.complete
      ? 'Accounting is what an engine answers about itself; what the driver says is in the ledger.'
      : 'The process table was not read to its end, so there may be one that was not seen.',
    next: 'If one runs here, look for its process in the tree: a command that is not known stands among the others. Else go to a look where it ran.',
  };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
