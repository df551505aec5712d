// Frames that were not kept or not sent: what must not be lost of them travels with the next frame.
import type { FrameSeen } from '../model/observation.ts';

export interface PassedFrames {
  /** `fact` and `node` lines, oldest first, each once. */
  readonly carried: readonly string[];
  readonly skipped: number;
  /** One of them was the first of a connection. */
  readonly fresh: boolean;
}

export const NO_PASSED: PassedFrames = { carried: [], skipped: 0, fresh: false };

/** The probe sends each fact once, so those of a frame that is passed over are kept, the newest of each. */
export function passOver(passed: PassedFrames, frame: FrameSeen): PassedFrames {
  const newest = new Map<string, string>();
  const own = frame.text.split('\n').filter((line) => /^(?:fact|node)\t/.test(line));
  for (const line of [...(frame.fresh ? [] : passed.carried), ...frame.carried, ...own]) {
    const key = line.split('\t', 2).join('\t');
    newest.delete(key);
    newest.set(key, line);
  }
  return {
    carried: [...newest.values()],
    skipped: passed.skipped + frame.skipped + 1,
    fresh: passed.fresh || frame.fresh,
  };
}

/** The frame with what was passed over before it. */
export function withPassed(frame: FrameSeen, { carried, skipped, fresh }: PassedFrames): FrameSeen {
  if (skipped === 0) return frame;
  return {
    ...frame,
    carried: frame.fresh ? frame.carried : [...carried, ...frame.carried],
    skipped: skipped + frame.skipped,
    fresh: frame.fresh || fresh,
  };
}
