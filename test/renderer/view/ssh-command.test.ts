// A target as the ssh command that a terminal takes.
import { describe, expect, it } from 'vitest';
import { sshCommand } from '../../../renderer/view/ssh-command.ts';

describe('a target as an ssh command', () => {
  it.each([
    ['gpu-01', 'ssh gpu-01'],
    ['me@gpu-01', 'ssh me@gpu-01'],
    ['me@10.0.0.7:2222', 'ssh -p 2222 me@10.0.0.7'],
    ['[fe80::1]:22', 'ssh -p 22 fe80::1'],
    ['me@[fe80::1]', 'ssh me@fe80::1'],
    ['fe80::1', 'ssh fe80::1'],
    ['me@corp.example@gpu-01:22', 'ssh -p 22 me@corp.example@gpu-01'],
    ["x;touch 'a'", `ssh 'x;touch '\\''a'\\'''`],
  ])('%s', (target, command) => {
    expect(sshCommand(target)).toBe(command);
  });

  it.each(['local', 'demo', 'demo:leak', '  '])('%s is none', (target) => {
    expect(sshCommand(target)).toBeUndefined();
  });
});
