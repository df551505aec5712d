// What a reader of the live screen must know before any number on it: what was not seen, and what to do about that.
import { REASONS, type ReasonCode } from '../../shared/base/reason.ts';
import { NEXT_STEPS } from '../../shared/evidence/gate/next-step.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { secondsText } from './look-facts.ts';

export interface Notice {
  readonly key: string;
  readonly tone: 'fail' | 'warn' | 'info';
  readonly title: string;
  readonly text: string;
}

/** About the node as a whole; what concerns one engine or one GPU is said beside it. */
export function nodeNotices({ sighting }: Moment): Notice[] {
  const { snapshot, held } = sighting;
  const notices: Notice[] = [];
  const codes = new Set<ReasonCode>(snapshot.driverReasons.map(({ code }) => code));
  for (const code of codes) {
    notices.push({
      key: code,
      tone: 'warn',
      title: `No memory was read: ${REASONS[code]}.`,
      text: NEXT_STEPS.window[code] ?? '',
    });
  }
  if (snapshot.node.pidNamespace === 'inner') {
    notices.push({
      key: 'pid-namespace',
      tone: 'warn',
      title: 'This looks out of a container.',
      text: 'The driver names processes by the pids of the host, which cannot be told apart here: every verdict is inconclusive. Connect to the host itself, or start the container with --pid=host.',
    });
  }
  const hidden = new Set(held.filter(({ owner }) => owner.class === 'hidden').map(({ pid }) => pid)).size;
  if (!snapshot.scan.complete) {
    notices.push({
      key: 'proc-incomplete',
      tone: 'warn',
      title: 'Not every process can be seen.',
      text: `The process table was not read to its end, so a process of an engine may be missing, and nothing passes. ${NEXT_STEPS.window['proc-incomplete'] ?? ''}`,
    });
  } else if (hidden > 0) {
    notices.push({
      key: 'hidden',
      tone: 'warn',
      title: `${hidden} ${hidden === 1 ? 'process that holds' : 'processes that hold'} GPU memory cannot be seen by this user.`,
      text: 'What they hold is shown, and not whose it is. Log in as root, or as the user who started the engines.',
    });
  }
  return notices;
}

/** A node that says nothing while the connection stands. undefined when looks come as they should. */
export function silenceNotice(lastMs: number, nowMs: number, intervalMs: number): Notice | undefined {
  const age = nowMs - lastMs;
  if (age <= Math.max(3 * intervalMs, intervalMs + 5_000)) return undefined;
  return {
    key: 'silence',
    tone: 'warn',
    title: `No look for ${secondsText(age)}.`,
    text: `One every ${secondsText(intervalMs)} is asked for. The connection stands; the driver or the node is slow. What is shown is the last look.`,
  };
}
