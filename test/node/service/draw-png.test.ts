// A figure of the page as PNG from its host: the bytes of the command line, or a sentence.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RpcError } from '../../../shared/rpc/rpc-error.ts';
import { REPOSITORY } from '../../architecture/source-file.ts';
import { command } from '../../cli/command.ts';
import { startService } from './watching.ts';

const call = { signal: new AbortController().signal };

it('has the bytes that the command line writes', async () => {
  const service = await startService();
  const folder = await mkdtemp(join(tmpdir(), 'residuum-png-'));
  try {
    const args = ['export', join(REPOSITORY, 'demos', 'dead-pid.residuum.jsonl.gz'), '--figure', 'pair'];
    const { out } = await command(args);
    const file = join(folder, 'a.png');
    expect((await command([...args, '--out', file])).code).toBe(0);
    const { png } = await service.handlers['figure.png']({ svg: out }, call);
    expect(Buffer.from(png, 'base64')).toEqual(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('says what to do instead of what it cannot draw', async () => {
  const service = await startService();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="90000"></svg>';
  const failure = await Promise.resolve(service.handlers['figure.png']({ svg }, call)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RpcError);
  expect(failure).toMatchObject({
    code: 'png-too-large',
    message: 'This figure is too large for a PNG: use a smaller scale, or SVG.',
    next: 'Save the SVG.',
  });
});
