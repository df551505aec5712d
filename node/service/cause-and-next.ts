// Splits the sentence of a failed connection into its cause and what to do next, and puts it into the words of the app.
import { LinkError } from '../link/link-error.ts';

export interface CauseAndNext {
  readonly cause: string;
  /** Empty when nothing is known that would help. */
  readonly next: string;
}

/** How sentences begin that say what to do. */
const ADVICE =
  /^(?:Add|Allow|Ask|Check|Compare|Connect|Correct|Do|Either|Give|Install|Make|Name|Run|Try|Use|Wait|Log in|If|"ssh)\b/;

/** Options of the command line that the messages name, and what does the same for the app. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/ with --identity\b/g, ' with IdentityFile in your ssh configuration'],
  [/name another with --known-hosts\b/g, 'name another with UserKnownHostsFile in your ssh configuration'],
  [/, or name another with --ssh-config\b/g, ''],
  [/ \(--ssh-config FILE\)/g, ''],
  [/ without --ssh-config\b/g, ''],
  [
    /connect once with --accept-new-host-key, or once with ssh/g,
    'accept exactly this key here, or connect once with ssh',
  ],
];

export function causeAndNext(error: unknown): CauseAndNext {
  if (!(error instanceof LinkError)) {
    const what = error instanceof Error ? error.message : String(error);
    return { cause: `Residuum itself failed: ${what}`, next: 'Connect again, and report it if it happens again.' };
  }
  const text = OPTIONS.reduce((words, [option, instead]) => words.replace(option, instead), error.message);
  const sentences = text.split(/(?<=[.!?]) (?=[A-Z"])/);
  const advice = sentences.findIndex((sentence, at) => at > 0 && ADVICE.test(sentence));
  const at = advice === -1 ? sentences.length : advice;
  return { cause: sentences.slice(0, at).join(' '), next: sentences.slice(at).join(' ') };
}
