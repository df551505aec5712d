// What stands in the body of an answer: web pages, broken and deep JSON, bodies of megabytes, each with its own reason.
import { describe, expect, it } from 'vitest';
import { MOST_BODY, own, readJsonObject, readText, type JsonObject } from '../../../shared/engines/accounting-json.ts';
import { SGLANG_ACCOUNTING } from '../../../shared/engines/sglang-accounting.ts';
import { ACCOUNTING_REASONS, accountingSentence } from '../../../shared/model/accounting.ts';

function codeOf(body: string): string {
  const read = readJsonObject(body);
  return read.ok ? 'ok' : read.code;
}

describe('a body', () => {
  it.each([
    ['', 'empty'],
    ['\r\n \t', 'empty'],
    ['<!DOCTYPE html><title>502 Bad Gateway</title>', 'html'],
    ['\uFEFF\n<html>', 'html'],
    ['{"a":1', 'broken-json'],
    ['{"a":1} trailing', 'broken-json'],
    ['{a:1}', 'broken-json'],
    ['Internal Server Error', 'broken-json'],
    ['\u0000', 'broken-json'],
    ['null', 'wrong-shape'],
    ['[]', 'wrong-shape'],
    ['"text"', 'wrong-shape'],
    ['{}', 'ok'],
    ['\uFEFF{"a":1}\n', 'ok'],
  ])('%j is %s', (body, code) => {
    expect(codeOf(body)).toBe(code);
  });

  it('of a million levels is refused before it is walked, in lists, in objects, and unclosed', () => {
    const deep = { ok: false, code: 'wrong-shape', detail: 'nested more than 64 deep' };
    expect(readJsonObject('['.repeat(1_000_000))).toEqual(deep);
    expect(readJsonObject('{"a":'.repeat(500_000))).toEqual(deep);
    expect(readJsonObject(`${'['.repeat(65)}${']'.repeat(65)}`)).toEqual(deep);
  });

  it('may have 64 levels, and any number of brackets in its texts', () => {
    expect(codeOf(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`)).toBe('ok');
    expect(codeOf(JSON.stringify({ a: '[{'.repeat(1000) }))).toBe('ok');
    expect(codeOf(JSON.stringify({ a: `"${'['.repeat(1000)}`, b: `\\${']'.repeat(1000)}` }))).toBe('ok');
  });

  it.each(['constructor', 'toString', '__proto__'])('does not have the name %s that every object inherits', (name) => {
    expect(own({}, name)).toBeUndefined();
    expect(own(JSON.parse(`{"${name}":1}`) as JsonObject, name)).toBe(1);
  });

  it('over the limit is too large, whatever is in it', () => {
    expect(readText('x'.repeat(MOST_BODY + 1))).toEqual({
      ok: false,
      code: 'too-large',
      detail: `${MOST_BODY + 1} characters`,
    });
  });

  it.each([
    [
      'full of schedulers',
      JSON.stringify({ version: '1', internal_states: Array(300).fill({ a: 'x'.repeat(12_000) }) }),
    ],
    ['one unclosed text', `{"a":"${'\\"'.repeat(2_000_000)}`],
    ['five megabytes of blanks', ' '.repeat(5_000_000)],
    ['five megabytes of a text', `"${'x'.repeat(5_000_000)}"`],
    ['a long list', JSON.stringify({ version: '1', internal_states: Array(500_000).fill(0) })],
    ['one long name', JSON.stringify({ version: 'hf_'.repeat(1_000_000), internal_states: [] })],
  ])('is read quickly: %s', (_what, body) => {
    const begin = performance.now();
    SGLANG_ACCOUNTING.pick('/server_info', body);
    // About 50 ms on an idle machine; a pattern that backtracks would take minutes.
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

describe('the sentences of the reasons', () => {
  it('each say something of their own, on one line, without a full stop', () => {
    const sentences = Object.values(ACCOUNTING_REASONS);
    expect(new Set(sentences).size).toBe(sentences.length);
    expect(sentences.filter((sentence) => !/^[a-z][^\n]{20,160}[^.]$/.test(sentence))).toEqual([]);
  });

  it('begin with the place when there is one', () => {
    const why = { code: 'timeout', where: '10.0.0.7:15000' } as const;
    expect(accountingSentence(why)).toMatch(/^10\.0\.0\.7:15000: the engine did not answer in time; /);
    expect(accountingSentence({ code: 'timeout', where: '' })).toMatch(/^the engine did not answer/);
  });
});
