// The page's connection to its host: again and again while it is away, once more when asked, and never past a refusal.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HostLink, type HostState } from '../../renderer/host/host-link.ts';
import { menuCommands } from '../../renderer/host/menu-commands.ts';
import { portPipe, type Port } from '../../renderer/host/port-pipe.ts';
import { Refused } from '../../renderer/host/refused.ts';
import { takeStart } from '../../renderer/host/start.ts';
import type { CommandId } from '../../shared/model/command-ids.ts';
import { contract } from '../../shared/rpc/contract.ts';
import { memoryPipe } from '../../shared/rpc/memory-pipe.ts';
import type { Pipe } from '../../shared/rpc/pipe.ts';
import { serve, type Handlers } from '../../shared/rpc/server.ts';

const HANDLERS = {
  'app.info': () => ({ version: '1', host: 'web', probeSha256: '', limitVariable: null }),
} as Partial<Handlers> as Handlers;

/** A host that can go away and come back; `refuses` makes it turn pages away. */
class FlakyHost {
  here = true;
  refuses = false;
  attempts = 0;
  #ends: Pipe[] = [];

  readonly open = (): Promise<Pipe> => {
    this.attempts += 1;
    if (this.refuses) return Promise.reject(new Refused('Not you.', 'Go home.'));
    if (!this.here) return Promise.reject(new Error('Nobody is there.'));
    const [near, far] = memoryPipe();
    serve(contract, HANDLERS, far);
    this.#ends.push(far);
    return Promise.resolve(near);
  };

  leave(): void {
    this.here = false;
    for (const end of this.#ends.splice(0)) end.close();
  }
}

const links: HostLink[] = [];

afterEach(() => {
  for (const link of links.splice(0)) link.close();
});

function linkTo(host: FlakyHost, retryMs?: readonly number[]): { link: HostLink; seen: string[] } {
  const link = new HostLink(host.open, retryMs);
  links.push(link);
  const seen: string[] = [link.state().kind];
  link.subscribe(() => seen.push(link.state().kind));
  return { link, seen };
}

async function becomes<Kind extends HostState['kind']>(
  link: HostLink,
  kind: Kind,
): Promise<Extract<HostState, { kind: Kind }>> {
  await vi.waitUntil(() => link.state().kind === kind, { timeout: 20_000 });
  return link.state() as Extract<HostState, { kind: Kind }>;
}

describe('a connection to the host', () => {
  it('gives a client, and another one after the host came back', async () => {
    const host = new FlakyHost();
    const { link, seen } = linkTo(host, [60_000]);
    const { client } = await becomes(link, 'connected');
    expect(await client['app.info']({})).toMatchObject({ version: '1' });
    host.leave();
    const away = await becomes(link, 'away');
    expect(away).toEqual({ kind: 'away', text: 'The connection to the host has ended.', retryMs: 60_000 });
    await expect(client['app.info']({})).rejects.toMatchObject({ code: 'closed' });
    host.here = true;
    link.retry();
    const again = await becomes(link, 'connected');
    expect(await again.client['app.info']({})).toMatchObject({ version: '1' });
    expect(seen).toEqual(['connecting', 'connected', 'away', 'connecting', 'connected']);
  });

  it('has told of the end before the calls fail', async () => {
    const host = new FlakyHost();
    const { link } = linkTo(host, [60_000]);
    const { client } = await becomes(link, 'connected');
    const call = client['app.info']({}).catch(() => link.state().kind);
    host.leave();
    expect(await call).toBe('away');
  });

  it('waits longer each time, tries at once when asked, and begins anew after a success', async () => {
    const host = new FlakyHost();
    host.here = false;
    const { link } = linkTo(host, [10_000, 20_000, 30_000]);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      waits.push((await becomes(link, 'away')).retryMs);
      if (attempt === 3) host.here = true;
      link.retry();
    }
    expect(waits).toEqual([10_000, 20_000, 30_000, 30_000]);
    await becomes(link, 'connected');
    host.leave();
    expect(await becomes(link, 'away')).toMatchObject({ retryMs: 10_000 });
  });

  it('stops at a refusal until it is asked', async () => {
    const host = new FlakyHost();
    host.refuses = true;
    const { link } = linkTo(host, [1]);
    expect(await becomes(link, 'refused')).toEqual({ kind: 'refused', text: 'Not you.', next: 'Go home.' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(host.attempts).toBe(1);
    host.refuses = false;
    link.retry();
    await becomes(link, 'connected');
  });

  it('closed stays closed, also when an attempt succeeds later', async () => {
    const host = new FlakyHost();
    const { link } = linkTo(host);
    link.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(link.state().kind).toBe('refused');
  });
});

describe('what a page was started with', () => {
  const kept = new Map<string, string>();
  const startAt = (hash: string): { start: ReturnType<typeof takeStart>; address: string } => {
    const place = { hash, pathname: '/', search: '', address: `/${hash}` };
    const start = takeStart({
      location: place,
      history: {
        replaceState: (_state: unknown, _title: string, address: unknown) => void (place.address = String(address)),
      },
      sessionStorage: {
        getItem: (name: string) => kept.get(name) ?? null,
        setItem: (name: string, value: string) => void kept.set(name, value),
      },
    });
    return { start, address: place.address };
  };
  const hex = 'ab'.repeat(32);

  it.each([
    [`#${hex}`, { secret: { kind: 'token', hex }, open: undefined }],
    [`#${hex}&open=demo`, { secret: { kind: 'token', hex }, open: 'demo' }],
    [`#once=${hex}&open=me%40host%3A22`, { secret: { kind: 'ticket', hex }, open: 'me@host:22' }],
    ['#open=demo', { secret: undefined, open: 'demo' }],
    ['#open=%E0%A4%A', { secret: undefined, open: undefined }],
    ['#somewhere', { secret: undefined, open: undefined }],
    ['', { secret: undefined, open: undefined }],
  ])('%s', (hash, expected) => {
    kept.clear();
    const { start, address } = startAt(hash);
    expect(start).toEqual(expected);
    expect(address).toBe('/');
  });

  it('keeps a token for a reload, and a new one replaces it', () => {
    kept.clear();
    startAt(`#${hex}`);
    expect(startAt('').start.secret).toEqual({ kind: 'token', hex });
    startAt(`#${'cd'.repeat(32)}`);
    expect(startAt('').start.secret).toEqual({ kind: 'token', hex: 'cd'.repeat(32) });
  });
});

describe('a command of the menu', () => {
  it('that is chosen before the page has drawn itself is done then, once', () => {
    const bridge: { choose?: (id: CommandId) => void } = {};
    const onMenu = menuCommands({
      residuumDesktop: { onCommand: (listener: (id: CommandId) => void) => void (bridge.choose = listener) } as never,
    });
    bridge.choose?.('show-keys');
    const done: string[] = [];
    const leave = onMenu((id) => done.push(id));
    bridge.choose?.('judge-now');
    leave();
    onMenu((id) => done.push(`again ${id}`));
    expect(done).toEqual(['show-keys', 'judge-now']);
  });
});

describe('a port', () => {
  it('is closed by a goodbye, and takes nothing that is no text', () => {
    const heard: string[] = [];
    const said: unknown[] = [];
    const listeners = new Map<string, (event: { data: unknown }) => void>();
    const port: Port = {
      postMessage: (message) => void said.push(message),
      addEventListener: (type: string, listener: (event: { data: unknown }) => void) =>
        void listeners.set(type, listener),
      start: () => undefined,
      close: () => void heard.push('(closed)'),
    } as Port;
    const pipe = portPipe(port);
    pipe.onText((text) => heard.push(text));
    pipe.onClose(() => heard.push('(told)'));
    for (const data of ['one', { an: 'object' }, null, 'late']) listeners.get('message')?.({ data });
    pipe.send('nothing');
    expect(heard).toEqual(['one', '', '(closed)', '(told)']);
    expect(said).toEqual([]);
  });
});
