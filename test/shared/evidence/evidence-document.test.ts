// docs/formats/evidence.md names every table, preset and field, and has a heading for the version that is written.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PRESETS, TABLE_NAMES } from '../../../shared/evidence/evidence.ts';
import { TEXT_FORMATS } from '../../../shared/evidence/evidence-text.ts';
import { TABLE_SCHEMA } from '../../../shared/evidence/schema-names.ts';
import { tableSchema } from '../../../shared/evidence/table/table-schema.ts';
import { REPOSITORY } from '../../architecture/source-file.ts';

const text = readFileSync(join(REPOSITORY, 'docs/formats/evidence.md'), 'utf8');

it('has one heading in the changelog for every version, the newest being what is written', () => {
  const [, changelog = ''] = text.split('\n## Changelog\n');
  const headings = [...changelog.matchAll(/^### (\S+)$/gm)].map(([, heading]) => heading);
  const version = Number(TABLE_SCHEMA.split('/')[1]);
  expect(headings).toEqual(Array.from({ length: version }, (_, at) => `residuum.table/${version - at}`));
});

it('names every table, preset, written form and field', () => {
  const names = [
    ...TABLE_NAMES,
    ...PRESETS,
    ...TEXT_FORMATS.filter((each) => each !== 'json'),
    ...Object.keys(tableSchema.shape),
  ];
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
