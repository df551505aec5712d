// The probe over a real sshd: login noise, CR LF, another login shell, a node without a POSIX shell.
import { expect, it } from 'vitest';
import type { Link } from '../../../node/link/link.ts';
import { openLocal } from '../../../node/link/local-link.ts';
import { ProbeSession, PROBE_LIMITS } from '../../../node/probe/probe-session.ts';
import { startNode, type FakeNode } from '../../kit/fake-node.ts';
import { ASLEEP_CLEAN } from '../../kit/scenarios.ts';
import { startSshd, type SshdOptions } from '../../kit/sshd.ts';
import { connect } from '../ssh/ssh2-connecting.ts';
import { ask, envOf, nothingLeft } from './probe-host.ts';

const node = (): Promise<FakeNode> => startNode(ASLEEP_CLEAN, { processes: 'foreign' });
const linkTo = async (fake: FakeNode, options: SshdOptions = {}): Promise<Link> =>
  connect(await startSshd({ env: fake.env, ...options }));

it.each([
  ['a banner', 'Welcome to gpu-01!\n'],
  ['a banner that a terminal ended with CR LF', 'Welcome to gpu-01!\r\n\r\n'],
  ['a banner without a line feed at its end', 'Welcome to gpu-01!'],
])('skips %s, and says so once', async (_what, loginNoise) => {
  const fake = await node();
  const session = await ProbeSession.open(await linkTo(fake, { loginNoise }));
  const noise = async (): Promise<string[]> =>
    (await ask(session)).snapshot.problems.flatMap(({ code, text }) => (code === 'login-noise' ? [text] : []));
  expect(await noise()).toEqual(["1 line of text that is not the probe's, such as a login banner: Welcome to gpu-01!"]);
  expect(await noise()).toEqual([]);
});

it('shows noise without what would move the cursor', async () => {
  const session = await ProbeSession.open(
    await linkTo(await node(), { loginNoise: `\u001B[2J@${'0'.repeat(32)}\thello\t1\t1\n` }),
  );
  const [problem] = (await ask(session)).snapshot.problems;
  expect(problem?.text).toMatch(/^[ -~]*$/);
});

it.each(['/bin/bash', '/bin/dash'])('runs whatever the login shell is: %s', async (loginShell) => {
  const fake = await node();
  const session = await ProbeSession.open(await linkTo(fake, { loginShell }));
  expect((await ask(session)).snapshot.usage?.rows).toMatchObject([{ pid: fake.pid('tp0') }]);
  await session.close();
  await nothingLeft(fake);
});

it('says what a node said that gives no shell', async () => {
  const link = await linkTo(await node(), { loginShell: '/usr/sbin/nologin' });
  await expect(ProbeSession.open(link)).rejects.toMatchObject({ code: 'no-shell' });
  await expect(ProbeSession.open(link)).rejects.toThrow(/not available/);
});

it('gives up on a node that never says hello', async () => {
  const fake = await node();
  const link = await linkTo(fake, { loginShell: '/usr/bin/true' });
  await expect(ProbeSession.open(link, { ...PROBE_LIMITS, helloMs: 300 })).rejects.toMatchObject({ code: 'no-shell' });
  await nothingLeft(fake);
});

it('refuses a second request while the first is under way', async () => {
  const fake = await node();
  const link = openLocal({ env: envOf(fake) });
  const session = await ProbeSession.open(link);
  const first = session.devices();
  await expect(session.devices()).rejects.toThrow('a frame is asked for while another is under way');
  await expect(first).resolves.toMatchObject({ snapshot: { driverReasons: [] } });
  await link.close();
});
