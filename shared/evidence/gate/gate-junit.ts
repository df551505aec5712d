// A verdict as JUnit XML, the form that build servers read: one test case an engine.
import { printable } from '../../base/printable.ts';
import { REASONS } from '../../base/reason.ts';
import type { GateEngine, GateReport } from './gate-schema.ts';
import { heldSentence } from './gate-sentences.ts';

/**
 * Fail is a failure. Inconclusive is an error, because a gate that could not measure did not pass; with `--fail-open` it
 * is skipped, as the exit code is 0. An exempt engine is skipped and says so. A gate that could not run is one error.
 */
export function gateJunit(report: GateReport): string {
  const cases = report.error === undefined ? report.engines.map((engine) => caseOf(engine, report)) : [];
  if (report.error !== undefined) cases.push(testCase('gate', element('error', report.error.code, report.error.text)));
  else if (!isExplained(report)) cases.push(testCase('gate', nothingJudged(report)));
  const count = (name: string): number => cases.filter((each) => each.includes(`<${name} `)).length;
  const suite = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${suite}>`,
    `  <testsuite name="${xmlText(`residuum gate ${report.target}`)}" ${suite}>`,
    ...cases.map((each) => `    ${each}`),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** A node may be in doubt although each engine that is there passes: one that was meant is not there. */
function isExplained({ engines, verdict }: GateReport): boolean {
  return verdict === 'pass' || engines.some((engine) => !engine.exempt && engine.verdict === verdict);
}

function caseOf(engine: GateEngine, report: GateReport): string {
  const name = `${engine.name} ${engine.title}`;
  const held = heldSentence(engine, report.policy);
  if (engine.exempt) return testCase(name, element('skipped', `exempt, would be ${engine.verdict}`, held));
  if (engine.verdict === 'pass') return testCase(name, '');
  if (engine.verdict === 'fail') return testCase(name, element('failure', 'residual above the limit', held));
  const why = engine.reasons.map((code) => `${code}: ${REASONS[code]}`).join('; ');
  return testCase(name, element(report.failOpen ? 'skipped' : 'error', 'inconclusive', `${held} ${why}`));
}

function nothingJudged({ reasons, failOpen }: GateReport): string {
  const why = reasons.map((code) => `${code}: ${REASONS[code]}`).join('; ');
  return element(failOpen ? 'skipped' : 'error', 'inconclusive', why);
}

function testCase(name: string, inside: string): string {
  const open = `<testcase classname="residuum.gate" name="${xmlText(name)}"`;
  return inside === '' ? `${open}/>` : `${open}>${inside}</testcase>`;
}

function element(name: 'failure' | 'error' | 'skipped', message: string, text: string): string {
  return `<${name} message="${xmlText(message)}">${xmlText(text)}</${name}>`;
}

/** Characters that XML 1.0 cannot hold at all are gone already: `printable` makes them codes. */
function xmlText(text: string): string {
  return printable(text)
    .replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
