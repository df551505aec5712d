// The seam between the service and the channel: one function for each method of the contract.
import type { z } from 'zod';
import type { Observation } from '../../shared/model/observation.ts';
import type { Contract } from '../../shared/rpc/contract.ts';
import type { Streaming, Unary } from '../../shared/rpc/method.ts';

/** The part of an AbortSignal that is needed; every AbortSignal fits. */
export interface Cancel {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface CallContext {
  readonly signal: Cancel;
}

export type Handlers = {
  readonly [Name in keyof Contract]: Contract[Name] extends Unary<infer Input, infer Output>
    ? (input: z.output<Input>, context: CallContext) => Promise<z.output<Output>>
    : Contract[Name] extends Streaming<infer Input>
      ? (input: z.output<Input>, context: CallContext) => AsyncIterable<Observation>
      : never;
};
