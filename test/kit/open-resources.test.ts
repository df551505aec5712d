// What was made and not given back is seen, and nothing of others.
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { OpenResources } from './open-resources.ts';

it('sees a timer and a server until they are given back, and none of anybody else', async () => {
  const made = new OpenResources();
  onTestFinished(() => made.stop());
  const others = setInterval(() => undefined, 60_000);
  onTestFinished(() => clearInterval(others));
  const [server, timer] = await made.watch(async () => {
    const listening = createServer();
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return [listening, setTimeout(() => undefined, 60_000)] as const;
  });
  expect(await made.open()).toEqual(['TCPSERVERWRAP', 'Timeout']);
  clearTimeout(timer);
  expect(await made.open()).toEqual(['TCPSERVERWRAP']);
  await new Promise((resolve) => server.close(resolve));
  expect(await made.open()).toEqual([]);
});
