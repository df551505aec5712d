// What the engines of the demo say of themselves, asked over the demo's own link: the experiment that it shows.
import { describe, expect, it, onTestFinished } from 'vitest';
import { AccountingClient } from '../../../node/accounting/accounting.ts';
import { openDemoLink } from '../../../node/demo/demo-link.ts';
import type { Link } from '../../../node/link/link.ts';
import { ProbeSession } from '../../../node/probe/probe-session.ts';
import { toMiB } from '../../../shared/base/units.ts';
import type { EngineStatement } from '../../../shared/engines/accounting.ts';
import { ACCOUNTING_READERS } from '../../../shared/engines/accounting-readers.ts';
import { detectEngines } from '../../../shared/engines/detect.ts';
import { findEndpoint } from '../../../shared/engines/endpoint.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import type { AccountingObservation } from '../../../shared/model/accounting.ts';
import { buildProcessTree } from '../../../shared/model/process-tree.ts';
import { OpenResources } from '../../kit/open-resources.ts';

async function open(scenario: string): Promise<Link> {
  const link = await openDemoLink(scenario);
  onTestFinished(() => link.close());
  return link;
}

interface Said {
  readonly port: number | undefined;
  readonly observations: readonly AccountingObservation[];
  readonly statement: EngineStatement;
}

async function askAll(scenario: string): Promise<Said[]> {
  const link = await open(scenario);
  const probe = await ProbeSession.open(link);
  const { snapshot } = await probe.sample({ patterns: probePatterns(), want: ['sockets'] });
  const detection = detectEngines(snapshot.processes, buildProcessTree(snapshot.processes));
  const client = new AccountingClient(link, { bearerKey: undefined, now: () => 0 });
  onTestFinished(() => client.close());
  return Promise.all(
    detection.engines.map(async (engine) => {
      const observations = await client.ask(engine, findEndpoint(engine, detection, snapshot, undefined));
      const statement = ACCOUNTING_READERS[engine.kind].read(observations.map(({ seen }) => seen));
      return { port: engine.ports[0], observations, statement };
    }),
  );
}

/** weight + kvcache + graph in GiB, with two decimals. */
function sumOf({ accounting }: EngineStatement): string {
  if (!accounting.known) return accounting.why.code;
  const { maxSum } = accounting.value;
  return maxSum.known ? (toMiB(maxSum.value) / 1024).toFixed(2) : maxSum.why.code;
}

describe('the demo', () => {
  it('has a sleeping engine that claims more than the one that is awake', async () => {
    const said = await askAll('asleep');
    expect(said.map(({ port, statement }) => [port, sumOf(statement)])).toEqual([
      [30_000, '9.32'],
      [30_100, '8.13'],
    ]);
    expect(said.map(({ observations }) => observations.map(({ seen }) => [seen.path, seen.kind]))).toEqual([
      [
        ['/v1/loads?include=core,memory', 'answer'],
        ['/server_info', 'answer'],
      ],
      [
        ['/v1/loads?include=core,memory', 'failure'],
        ['/server_info', 'failure'],
        ['/get_server_info', 'answer'],
      ],
    ]);
    // Its answers hold a key, as real ones do.
    expect(JSON.stringify(said)).not.toContain('demo-only-key');
  });

  it.each([
    ['leak', ['9.32', '58.30']],
    ['orphan', ['9.32']],
    ['cycle', ['61.01']],
    ['no-driver', ['9.32']],
    ['vllm', ['not-offered', 'not-offered']],
  ])('%s: %j', async (scenario, sums) => {
    expect((await askAll(scenario)).map(({ statement }) => sumOf(statement))).toEqual(sums);
  });

  it('has vLLM engines that report their state', async () => {
    const said = await askAll('vllm');
    expect(said.map(({ statement: { state, model } }) => [state.value, state.level, model])).toEqual([
      ['asleep', 1, { known: true, value: 'Qwen/Qwen2.5-7B-Instruct' }],
      ['awake', null, { known: true, value: 'Qwen/Qwen2.5-0.5B-Instruct' }],
    ]);
  });
});

describe('sockets', () => {
  it.each([
    ['127.0.0.1', 30_001],
    ['10.0.0.9', 30_000],
    ['::1', 30_000],
    ['127.0.0.1', 22],
  ])('nobody listens on %s port %i, whatever this machine has there', async (host, port) => {
    // ssh2's server gives no words with its refusal, so nobody can tell a refused port from a host that is not there.
    await expect((await open('asleep')).open({ host, port })).rejects.toMatchObject({ code: 'no-route' });
  });

  it('on every address answer on each, and say 404 to what the engine does not have', async () => {
    const link = await open('vllm');
    for (const host of ['127.0.0.1', '127.0.0.9', 'localhost']) {
      const stream = await link.open({ host, port: 8_000 });
      stream.write('GET /sleep HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    }
  });

  it('leave nothing open behind the link', async () => {
    const made = new OpenResources();
    onTestFinished(() => made.stop());
    await made.watch(async () => {
      const link = await openDemoLink('asleep');
      const stream = await link.open({ host: '127.0.0.1', port: 30_000 });
      stream.on('error', () => undefined);
      stream.write('GET /server_info HTTP/1.1\r\nHost: a\r\n');
      expect(await made.open()).toEqual(expect.arrayContaining(['TCPSERVERWRAP', 'TCPWRAP']));
      await link.close();
    });
    expect(await made.open()).toEqual([]);
  });
});
