// The only paths that may be asked of an engine. All of them read; other GETs of SGLang and vLLM change or end a run.
import { clip, printable } from '../shared/base/printable.ts';

/**
 * Never add /health, /health_generate (it generates), /flush_cache, release, resume, sleep or wake: several of them
 * act on a GET too. `/get_server_info` is the older name of `/server_info` and is asked only after a 404 of that.
 */
export const HTTP_PATHS = [
  '/server_info',
  '/get_server_info',
  '/v1/loads?include=core,memory',
  '/model_info',
  '/is_sleeping',
  '/metrics',
  '/version',
  '/v1/models',
] as const;

export type HttpPath = (typeof HTTP_PATHS)[number];

/** Throws for anything else, whatever the types said: this is the last place before bytes are sent. */
export function checkHttpPath(path: string): asserts path is HttpPath {
  if ((HTTP_PATHS as readonly string[]).includes(path)) return;
  throw new Error(
    `Residuum does not ask an engine for ${JSON.stringify(clip(printable(path), 80))}: only ${HTTP_PATHS.join(', ')} ` +
      `are known to change nothing.`,
  );
}
