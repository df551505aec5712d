// A recording of every format version is kept, and still opens to what it was: a change of the format needs an upgrade step.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { orNull } from '../../../shared/base/known.ts';
import { fromMiB } from '../../../shared/base/units.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { readHeader, RecordingDecoder } from '../../../shared/recording/decoder.ts';
import { RECORDING_FORMAT } from '../../../shared/recording/format.ts';
import { UPGRADES } from '../../../shared/recording/upgrades.ts';
import { folded } from '../../kit/observed.ts';

const KEPT = join(import.meta.dirname, '../../kit/recordings');
const DOCUMENT = join(import.meta.dirname, '../../../docs/formats/recording.md');
const versions = Array.from({ length: RECORDING_FORMAT }, (_, at) => at + 1);

it('has a kept file, a heading in the changelog and an upgrade step for every version', () => {
  expect(readdirSync(KEPT).toSorted()).toEqual(versions.map((version) => `format-${version}.residuum.jsonl`));
  const headings = readFileSync(DOCUMENT, 'utf8').match(/^### Format \d+$/gm);
  expect(headings?.toSorted()).toEqual(versions.map((version) => `### Format ${version}`));
  expect(UPGRADES.map(({ from }) => from)).toEqual(versions.slice(0, -1));
});

it.each(versions)('format %i still opens, and says what it said', (version) => {
  const text = readFileSync(join(KEPT, `format-${version}.residuum.jsonl`), 'utf8');
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const opened = readHeader(first);
  if (!opened.ok) throw new Error(opened.text);
  const decoder = new RecordingDecoder(opened.format);
  const observations: Observation[] = [];
  for (const [at, line] of lines.entries()) {
    const { observation, problem } = decoder.line(line, at + 2, at === lines.length - 1);
    expect(problem).toBeUndefined();
    if (observation !== undefined) observations.push(observation);
  }
  const { moment, marks, link } = folded(...observations);
  const engines = moment?.session.latest?.detection.engines ?? [];
  expect(engines.map(({ kind, root }) => [kind, root.pid])).toEqual([['sglang', 4001]]);
  expect(moment?.sighting.held.map(({ pid, used }) => [pid, orNull(used)])).toEqual([[4008, fromMiB(1741)]]);
  expect([marks.map(({ text: said }) => said), link?.state]).toEqual([['released'], 'connected']);
});
