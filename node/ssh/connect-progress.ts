// How far connecting got: told step by step, so that whoever waits sees what is waited for.
import type { ConnectStep } from '../../shared/model/observation.ts';

/** What a link goes through, in this order; the first that was not reported is the one that failed. */
export type LinkStep = Extract<ConnectStep, 'resolve' | 'tcp' | 'host-key' | 'login'>;

/** Called when a step is done; `found` says in words what was found, without a full stop. */
export type StepDone = (step: LinkStep, found: string) => void;
