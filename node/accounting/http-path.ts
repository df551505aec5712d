// The only paths that may be asked of an engine. All of them read; other GETs of SGLang and vLLM change or end a run.
import { clip, printable } from '../../shared/base/printable.ts';
import { ACCOUNTING_PATHS, type AccountingPath } from '../../shared/model/accounting.ts';

/** Throws for anything else, whatever the types said: this is the last place before bytes are sent. */
export function checkHttpPath(path: string): asserts path is AccountingPath {
  if ((ACCOUNTING_PATHS as readonly string[]).includes(path)) return;
  throw new Error(
    `Residuum does not ask an engine for ${JSON.stringify(clip(printable(path), 80))}: only ${ACCOUNTING_PATHS.join(', ')} ` +
      `are known to change nothing.`,
  );
}
