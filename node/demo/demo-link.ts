// `demo[:scenario]` as a link: the real ssh2 link, to an ssh server inside this process.
import { demoNode } from '../../shared/source/demo-frame.ts';
import { DEFAULT_DEMO, DEMO_SCENARIOS } from '../../shared/source/demo-scenarios.ts';
import { parseScenario } from '../../shared/source/scenario.ts';
import type { StepDone } from '../ssh/connect-progress.ts';
import type { HostKeyPolicy } from '../ssh/host-key.ts';
import { LinkError } from '../link/link-error.ts';
import type { Link } from '../link/link.ts';
import { openSsh2 } from '../ssh/ssh2-link.ts';
import { makeDemoKey } from './demo-key.ts';
import { DEMO_USER, startDemoServer, type DemoServer } from './demo-server.ts';

/** Both ends are this process: what takes longer will never happen. */
const CONNECT_LIMIT_MS = 10_000;
const KEEPALIVE_INTERVAL_MS = 5_000;
const KEEPALIVE_COUNT = 3;

/** `scenarioName` is what follows `demo:`; null is the default. Rejects with a LinkError. */
export async function openDemoLink(scenarioName: string | null, onStep?: StepDone): Promise<Link> {
  const describe = scenarioName === null ? 'demo' : `demo:${scenarioName}`;
  const choice = DEMO_SCENARIOS.get(scenarioName ?? DEFAULT_DEMO);
  if (choice === undefined) {
    const names = [...DEMO_SCENARIOS.keys()].map((name) => `demo:${name}`).join(', ');
    throw new LinkError(
      'bad-target',
      describe,
      `There is no demo scenario ${JSON.stringify(scenarioName)}; use ${names}.`,
    );
  }
  const userKey = makeDemoKey();
  const server = await startDemoServer(demoNode(parseScenario(choice.text)), userKey.key);
  try {
    const endpoint = {
      host: server.host,
      port: server.port,
      user: DEMO_USER,
      addressFamily: 4,
      alias: describe,
    } as const;
    const link = await openSsh2(
      { ...endpoint, describe },
      {
        hostKey: onlyKey(server.hostKey, describe),
        identities: {
          offers: [{ kind: 'file', key: userKey.key, blob: userKey.blob }],
          encrypted: [],
          passedOver: [],
        },
        rememberHostKey: () => Promise.reject(new Error('the key of the demo node is never new')),
        connectLimitMs: CONNECT_LIMIT_MS,
        keepaliveIntervalMs: KEEPALIVE_INTERVAL_MS,
        keepaliveCount: KEEPALIVE_COUNT,
        ...(onStep === undefined ? {} : { onStep }),
        notes: [`The demo node shows ${choice.shows}. Nothing of it was measured.`],
      },
    );
    return withServer(link, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The key is known before connecting, as this process made it. */
function onlyKey(expected: Buffer, describe: string): HostKeyPolicy {
  return {
    knownTypes: ['ssh-ed25519'],
    decide: (key) => {
      if (key.equals(expected)) return { kind: 'trusted' };
      const text = `Something else answers in place of ${describe} on this machine. Try again; it uses another port then.`;
      return { kind: 'refused', error: new LinkError('host-key-changed', describe, text) };
    },
  };
}

/** The server goes with its only connection, however that ends. */
function withServer(link: Link, server: DemoServer): Link {
  const closed = link.closed.then(async (why) => {
    await server.stop();
    return why;
  });
  return {
    transport: link.transport,
    describe: link.describe,
    notes: link.notes,
    run: (command) => link.run(command),
    open: (address, limitMs) => link.open(address, limitMs),
    closed,
    close: async () => {
      await link.close();
      await closed;
    },
  };
}
