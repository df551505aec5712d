// The probe is sent to strangers' machines: one script, readable, that every POSIX shell and awk can parse.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import awk from '../../../shared/probe/probe.awk?raw';
import secrets from '../../../shared/probe/secrets.awk?raw';
import shell from '../../../shared/probe/probe.sh?raw';
import { probeScript } from '../../../shared/probe/script.ts';

it.each([
  ['probe.sh', shell],
  ['probe.awk', awk],
  ['secrets.awk', secrets],
])('%s stays readable: below 400 lines of 160 columns, in plain characters', (_name, text) => {
  const lines = text.split('\n');
  expect(lines.length).toBeLessThan(400);
  expect(lines.filter((line) => line.includes('\t') || line.includes('\r'))).toEqual([]);
});

it('holds both awk files where the shell quotes them', () => {
  expect([awk, secrets].filter((text) => text.includes("'"))).toEqual([]);
  const script = probeScript();
  expect(script).not.toContain('@probe.awk@');
  expect(script).toContain('function mask_arguments');
  expect(script.trimEnd().endsWith('{ main "$@"; exit; }')).toBe(true);
});

it.each([
  ['dash', ['-n']],
  ['busybox', ['sh', '-n']],
  ['bash', ['--posix', '-n']],
])('parses as a script of %s', (command, args) => {
  const { status, stderr } = spawnSync(command, args, { input: probeScript(), encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

it('writes no file: every redirection goes to /dev/null or to another descriptor', () => {
  const code = probeScript().replace(/^\s*#.*$/gm, '');
  const targets = [...code.matchAll(/(?:^|[^<>0-9=-])[0-9]?>{1,2}\s*([^\s;)]+)/gm)].map(([, target]) => target ?? '');
  const files = targets.filter((target) => !target.startsWith('/dev/null') && !/^&[0-9]/.test(target));
  // What is left are comparisons of awk, with numbers and names.
  expect(files.filter((target) => /[/"$]/.test(target))).toEqual([]);
});
