// The commands as a person types them: what they say, how they end, and what happens on a machine that lacks something.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChild } from '../../scripts/child.mjs';
import { REPOSITORY } from '../architecture/source-file.ts';

const machine = { emptyFolder: '' };

beforeEach(() => {
  machine.emptyFolder = mkdtempSync(join(tmpdir(), 'residuum-commands-'));
});

afterEach(() => {
  rmSync(machine.emptyFolder, { recursive: true, force: true });
});

describe('npm test', () => {
  it('names what is missing where it may not install, and ends with the count', async () => {
    const { code, output } = await runChild(process.execPath, ['scripts/test.mjs', 'test/none'], {
      cwd: REPOSITORY,
      output: 'capture',
      env: { PATH: machine.emptyFolder },
    });
    expect(code).toBe(1);
    expect(output).toMatch(/^The tests need .*busybox, gawk.* install them with "sudo apt-get install /);
    expect(output.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
  });
});

describe('a program run by a script', () => {
  it('gives its exit code and its words', async () => {
    const program = `console.log('out'); console.error('err'); process.exitCode = 7;`;
    const ending = await runChild(process.execPath, ['-e', program], { cwd: REPOSITORY, output: 'capture' });
    expect(ending.code).toBe(7);
    expect(ending.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('ended by a signal gives the code that a shell would', async () => {
    const program = `process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`;
    const ending = await runChild(process.execPath, ['-e', program], { cwd: REPOSITORY, output: 'capture' });
    expect(ending.code).toBe(128 + 15);
  });

  it('that does not exist is named', async () => {
    const gone = join(machine.emptyFolder, 'gone');
    await expect(runChild(gone, [], { cwd: REPOSITORY, output: 'capture' })).rejects.toThrow(
      `${gone} could not be started`,
    );
  });

  it('ends with the script that runs it', async () => {
    const inner = `process.stdout.write(String(process.pid)); setInterval(() => {}, 1000);`;
    const outer = [
      `import { runChild } from './scripts/child.mjs';`,
      `const { code } = await runChild(process.execPath, ['-e', ${JSON.stringify(inner)}], { cwd: '.', output: 'inherit' });`,
      `process.exitCode = code;`,
    ].join('\n');
    const script = spawn(process.execPath, ['--input-type=module', '-e', outer], { cwd: REPOSITORY });
    try {
      const innerPid = Number(
        await new Promise<string>((resolve) => script.stdout.setEncoding('utf8').once('data', resolve)),
      );
      const ended = new Promise<number | null>((resolve) => script.once('close', resolve));
      script.kill('SIGTERM');
      expect(await ended).toBe(128 + 15);
      expect(() => process.kill(innerPid, 0)).toThrow('ESRCH');
    } finally {
      script.kill('SIGTERM');
    }
  });
});
