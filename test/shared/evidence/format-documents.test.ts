// docs/formats/gate.md and snapshot.md name every field and every code, and nothing that is gone; their examples are real.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LINK_ERROR_CODES } from '../../../node/link/link-error.ts';
import { PROBLEM_CODES } from '../../../shared/base/problem.ts';
import { REASONS } from '../../../shared/base/reason.ts';
import { gateReportSchema } from '../../../shared/evidence/gate/gate-schema.ts';
import { publishedSchemas } from '../../../shared/evidence/published-schemas.ts';
import { snapshotReportSchema } from '../../../shared/evidence/gate/snapshot-schema.ts';
import { readRepository, REPOSITORY } from '../../architecture/source-file.ts';

const documentOf = (name: string): string => readFileSync(join(REPOSITORY, 'docs/formats', name), 'utf8');

/** The first column of the table under a heading. */
function listed(text: string, heading: string): string[] {
  const [, section = ''] = text.split(`\n${heading}\n`);
  const [own = ''] = section.split(/\n##+ /);
  return [...own.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = '']) => code);
}

/** Every name of a property, however deep. */
function propertyNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
  return [...new Set([...own, ...Object.values(schema).flatMap(propertyNames)])];
}

/** What is in back-ticks, outside of the example. */
function quoted(text: string): ReadonlySet<string> {
  const words = text.replace(/```[^]*?```/g, '').matchAll(/`([^`\n]+)`/g);
  return new Set([...words].map(([, word = '']) => word));
}

function example(text: string): unknown {
  return JSON.parse(/```json\n([^]*?)```/.exec(text)?.[1] ?? '');
}

/** Where a process is given its role. */
const ROLE_FILES = /^shared\/engines\/(?:process-role|engine-definition|sglang|vllm)\.ts$/;

const gate = documentOf('gate.md');
const snapshot = documentOf('snapshot.md');

describe('gate.md', () => {
  it('lists every reason with the sentence that the program says', () => {
    expect(listed(gate, '## Reasons')).toEqual(Object.keys(REASONS));
    for (const [code, sentence] of Object.entries(REASONS)) expect(gate).toContain(`| \`${code}\` | ${sentence} |`);
  });

  it('lists every problem, and each is found by some part of the program', () => {
    expect(listed(gate, '## Problems')).toEqual([...PROBLEM_CODES]);
    const source = readRepository()
      .filter((file) => /^(?:shared|node|cli)\//.test(file.path) && file.path !== 'shared/base/problem.ts')
      .map((file) => file.text)
      .join('\n');
    expect(PROBLEM_CODES.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });

  it('lists every error', () => {
    expect(listed(gate, '## Errors')).toEqual(['usage', 'internal', ...LINK_ERROR_CODES]);
  });

  it('lists every role that a process can have', () => {
    const engines = readRepository().filter((file) => ROLE_FILES.test(file.path));
    const text = engines.map((file) => file.text).join('\n');
    const roles = listed(gate, '## Roles');
    expect(roles.filter((role) => !text.includes(`'${role}'`))).toEqual([]);
    const said = [
      ...text.matchAll(/^ {2}\w+: '([a-z-]+)',$/gm),
      ...text.matchAll(/plain\(.*?'([a-z-]+)'\)/g),
      ...text.matchAll(/role: '([a-z-]+)'/g),
    ].map(([, role = '']) => role);
    expect(said.filter((role) => !roles.includes(role) && role !== 'sglang' && role !== 'vllm')).toEqual([]);
    expect(said.length).toBeGreaterThan(8);
  });
});

describe.each([
  ['gate.md', 'gate.schema.json', gate],
  ['snapshot.md', 'snapshot.schema.json', snapshot],
])('%s', (_name, schema, text) => {
  it('names every field', () => {
    const names = propertyNames(JSON.parse(publishedSchemas().get(schema) ?? '{}'));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !quoted(text).has(name))).toEqual([]);
  });

  it('has an example that the program could have printed, and a changelog', () => {
    const checked = schema === 'gate.schema.json' ? gateReportSchema : snapshotReportSchema;
    expect(checked.safeParse(example(text)).error).toBeUndefined();
    expect(text).toContain('\n## Changelog\n');
  });
});

describe.each([
  ['report.md', 'report.schema.json'],
  ['compare.md', 'compare.schema.json'],
  ['compare.md', 'compare-repeats.schema.json'],
  ['compare.md', 'compare-states.schema.json'],
])('%s, %s', (name, schema) => {
  const text = documentOf(name);

  it('names every field, and has a changelog', () => {
    const names = propertyNames(JSON.parse(publishedSchemas().get(schema) ?? '{}'));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((each) => !quoted(text).has(each))).toEqual([]);
    expect(text).toContain('\n## Changelog\n');
  });
});
