// The schemas under docs/formats are what the program checks, and they accept what it prints.
// To renew the files: npx vitest run test/shared/evidence/published-schemas.test.ts --update
import { Ajv2020 } from 'ajv/dist/2020.js';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishedSchemas } from '../../../shared/evidence/published-schemas.ts';
import { DEMO_INCIDENTS } from '../../../shared/source/demo-incidents.ts';
import { REPOSITORY } from '../../architecture/source-file.ts';
import { command } from '../../cli/command.ts';
import { startNode } from '../../kit/fake-node.ts';
import * as scenarios from '../../kit/scenarios.ts';

const schemas = publishedSchemas();

it.each([...schemas])('docs/formats/%s is up to date', async (name, text) => {
  await expect(text).toMatchFileSnapshot(`../../../docs/formats/${name}`);
});

function checker(): (name: string, value: unknown) => string {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  for (const text of schemas.values()) ajv.addSchema(JSON.parse(text) as object);
  return (name, value) => (ajv.validate(name, value) ? '' : ajv.errorsText());
}

it.each(Object.entries(scenarios))('they accept real output: %s', async (_name, text) => {
  const check = checker();
  const { env } = await startNode(text, { processes: 'foreign' });
  const said = async (...args: string[]): Promise<unknown> => JSON.parse((await command(args, { env })).out);
  expect(check('gate.schema.json', await said('gate', 'local', '--json'))).toBe('');
  expect(check('watch.schema.json', await said('watch', 'local', '--once', '--json'))).toBe('');
  expect(check('snapshot.schema.json', await said('probe', 'local', '--json'))).toBe('');
});

it.each(DEMO_INCIDENTS.map(({ name }) => name))('they accept what is said of the recording %s', async (name) => {
  const check = checker();
  const file = join(REPOSITORY, 'demos', `${name}.residuum.jsonl.gz`);
  const said = async (...args: string[]): Promise<unknown> => JSON.parse((await command(args)).out);
  expect(check('report.schema.json', await said('report', file, '--json'))).toBe('');
  expect(check('compare.schema.json', await said('compare', `${file}@first`, '@last', '--json'))).toBe('');
  const repeats = await said('compare', `${file}@first`, '@last', '--over-ranks', '--json');
  expect(check('compare-repeats.schema.json', repeats)).toBe('');
  expect(check('compare-states.schema.json', await said('compare', file, file, '--states', '--json'))).toBe('');
});

it('they accept what could not run', async () => {
  const check = checker();
  const said = async (...args: string[]): Promise<unknown> => JSON.parse((await command(args)).out);
  expect(check('gate.schema.json', await said('gate', 'demo:none', '--json'))).toBe('');
  expect(check('gate.schema.json', await said('gate', '--json', '--nonsense'))).toBe('');
  expect(check('snapshot.schema.json', await said('probe', 'demo:none', '--json'))).toBe('');
  expect(check('report.schema.json', await said('report', '/nowhere', '--json'))).toBe('');
  expect(check('report.schema.json', await said('report', '--json'))).toBe('');
  expect(check('compare.schema.json', await said('compare', '/nowhere@#1', '@#2', '--json'))).toBe('');
  expect(check('compare-repeats.schema.json', await said('compare', '/nowhere@#all', '--json'))).toBe('');
});

it('they refuse what is not said, a number that is a text, and a reason that nobody knows', async () => {
  const check = checker();
  const said = JSON.parse((await command(['gate', 'demo', '--json'])).out) as Record<string, unknown>;
  expect(check('gate.schema.json', said)).toBe('');
  expect(check('gate.schema.json', { ...said, extra: 1 })).toContain('additional properties');
  expect(check('gate.schema.json', { ...said, exitCode: '0' })).toContain('exitCode');
  expect(check('gate.schema.json', { ...said, reasons: ['because'] })).toContain('reasons');
  expect(check('gate.schema.json', { ...said, verdict: 'maybe' })).toContain('verdict');
});
