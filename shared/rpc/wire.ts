// The texts of the channel: JSON arrays that begin with the number of the call. Described in docs/formats/rpc.md.
import { z } from 'zod';

/** The most items of one stream that may be under way. */
export const MOST_CREDIT = 1_024;

const id = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const credit = z.number().int().min(1).max(MOST_CREDIT);

/** Whoever calls. `credit` is how many items of a stream may be sent before more is granted; 0 for one answer. */
const fromClient = z.union([
  z.tuple([id, z.literal('call'), z.string().max(64), z.unknown(), credit.or(z.literal(0))]),
  z.tuple([id, z.literal('credit'), credit]),
  z.tuple([id, z.literal('abort')]),
]);
export type FromClient = z.infer<typeof fromClient>;

const failure = z.strictObject({ code: z.string().max(64), message: z.string(), next: z.string() });
export type WireFailure = z.infer<typeof failure>;

const fromServer = z.union([
  z.tuple([id, z.literal('next'), z.unknown()]),
  z.tuple([id, z.literal('ok'), z.unknown()]),
  z.tuple([id, z.literal('err'), failure]),
  z.tuple([id, z.literal('end')]),
]);
export type FromServer = z.infer<typeof fromServer>;

/** undefined for anything that a client does not say. */
export function readFromClient(text: string): FromClient | undefined {
  return fromClient.safeParse(jsonOf(text)).data;
}

/** undefined for anything that a server does not say. */
export function readFromServer(text: string): FromServer | undefined {
  return fromServer.safeParse(jsonOf(text)).data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
