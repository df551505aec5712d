// A recorder whose file cannot be written for a while: it says so, keeps on looking, and goes on when there is room.
import { expect, it } from 'vitest';
import type { Observation } from '../../../shared/model/observation.ts';
import { RunRecorder, type RecorderEvent } from '../../../node/service/run-recorder.ts';
import { RecordingError } from '../../../node/recording/recording-error.ts';
import { look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';

/** A disk that refuses while `isFull`. */
function disk(): {
  isFull: boolean;
  kept: Observation[];
  attempts: number;
  writer: ConstructorParameters<typeof RunRecorder>[0]['writer'];
} {
  const state = {
    isFull: false,
    kept: [] as Observation[],
    attempts: 0,
    stopped: undefined as RecordingError | undefined,
  };
  const full = new RecordingError('ENOSPC', 'Could not write the recording: the disk is full (run.jsonl).');
  return Object.assign(state, {
    writer: {
      get state() {
        return { file: 'run.jsonl', bytes: 0, observations: state.kept.length, others: 0, stopped: state.stopped };
      },
      append: (seen: Observation) => {
        if (state.stopped !== undefined) return false;
        state.attempts += 1;
        if (state.isFull) state.stopped = full;
        else state.kept.push(seen);
        return !state.isFull;
      },
      resume: () => void (state.stopped = undefined),
      close: () => undefined,
    },
  });
}

it('tries again only now and then, and tells once that it stopped and once that it goes on', async () => {
  const looks = Array.from({ length: 10 }, (_, step) => look(ASLEEP_CLEAN, { step })).flat();
  const file = disk();
  const clock = { ms: 0 };
  const events: RecorderEvent[] = [];
  async function* observe(): AsyncGenerator<Observation, void, undefined> {
    for (const [at, seen] of looks.entries()) {
      file.isFull = at >= 4 && at < 14;
      clock.ms = at * 1_000;
      yield seen;
    }
  }
  const recorder = new RunRecorder({
    writer: file.writer,
    nodes: new Map([['n1', { observations: { observe }, close: () => Promise.resolve() }]]),
    now: () => clock.ms,
    retryWriteMs: 5_000,
    onEvent: (event) => void events.push(event),
  });
  await recorder.end('stopped');
  expect(events.map(({ kind }) => kind)).toEqual(['stopped', 'resumed']);
  expect(events.at(-1)).toEqual({ kind: 'resumed', missed: 10 });
  // Written at 0 to 3; refused at 4 and at 9, and from 14 on there is room again.
  expect(file.kept).toEqual([...looks.slice(0, 4), ...looks.slice(14)]);
  expect(file.attempts).toBe(12);
  expect(recorder.progress).toMatchObject({ looks: 10, missed: 10 });
});
