// The checklist while connecting: every step with what became of it, in words.
import { CONNECT_STEPS, type ConnectStep, type StepSeen } from '../../shared/model/observation.ts';
import type { NodeSession } from '../../shared/session/node-session.ts';

export interface ChecklistRow {
  readonly step: ConnectStep;
  readonly label: string;
  readonly state: StepSeen['state'] | 'waiting';
  /** The state in a word or two, so that it is never said by colour alone. */
  readonly word: string;
  /** Such as `12 ms`; empty where it was not measured. */
  readonly duration: string;
  readonly text: string;
  readonly next: string;
}

const LABELS: Readonly<Record<ConnectStep, string>> = {
  resolve: 'Find the address',
  tcp: 'Reach the port',
  'host-key': 'Check the host key',
  login: 'Log in',
  shell: 'Start a shell',
  driver: 'Find the NVIDIA driver',
  'nvidia-smi': 'Ask nvidia-smi',
  processes: 'See the processes',
  engines: 'Find engines',
  accounting: 'Ask the engines',
};

const WORDS: Readonly<Record<ChecklistRow['state'], string>> = {
  waiting: 'not yet',
  running: 'working',
  ok: 'ok',
  warning: 'note',
  failed: 'failed',
  skipped: 'not needed',
};

/** Where the banner above the steps has the cause of a failed one and what to do. */
const ABOVE = 'see above';

/** All steps, also those that were not reached. A failed one that is why the connection ended says it once: in the banner. */
export function checklistRows(session: Pick<NodeSession, 'steps' | 'link'>): ChecklistRow[] {
  const { steps, link } = session;
  const ended = link?.state === 'failed' || link?.state === 'lost' ? link.text : '';
  // The question about an unknown key stands in the place of the banner.
  const above = unknownFingerprint(session) === undefined ? ended : '';
  return CONNECT_STEPS.map((step) => {
    const seen = steps.get(step);
    const state: ChecklistRow['state'] = seen?.state ?? 'waiting';
    const duration = durationText(seen?.durationMs ?? null);
    const row = { step, label: LABELS[step], state, word: WORDS[state], duration };
    if (seen === undefined) return { ...row, text: '', next: '' };
    const isAbove = state === 'failed' && seen.text !== '' && above.includes(seen.text);
    // What we are about to do ourselves is no advice.
    const next = above.includes(seen.next) || link?.retryMs !== null ? '' : seen.next;
    return isAbove ? { ...row, text: ABOVE, next } : { ...row, text: seen.text, next: seen.next };
  });
}

/** Why the connection ended, and what to do: parted where the failed step parts them. */
export function endedBecause({ steps, link }: Pick<NodeSession, 'steps' | 'link'>): { cause: string; next: string } {
  const text = link?.text ?? '';
  const failed = [...steps.values()].find((step) => step.state === 'failed' && step.text !== '');
  if (text === '') return { cause: 'The connection ended.', next: '' };
  if (failed === undefined || !text.startsWith(failed.text)) return { cause: text, next: '' };
  return { cause: failed.text, next: text.slice(failed.text.length).trim() };
}

/** `0.4 ms`, `12 ms`, `1.2 s`; empty for null. */
export function durationText(durationMs: number | null): string {
  if (durationMs === null) return '';
  if (durationMs < 1) return '< 1 ms';
  return durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1_000).toFixed(1)} s`;
}

/** The fingerprint of the key that a host showed and nobody knows, from the sentence that refused it. */
export function unknownFingerprint({ link, steps }: Pick<NodeSession, 'link' | 'steps'>): string | undefined {
  if (link?.code !== 'host-key-unknown') return undefined;
  const step = steps.get('host-key');
  return /SHA256:[A-Za-z0-9+/]{43}/.exec(`${link.text} ${step?.text ?? ''} ${step?.next ?? ''}`)?.[0];
}
