// Ports between a page and the host: a call is answered, and whatever runs over a port ends with the page that had it.
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MessageChannelMain, WebContents } from 'electron';
import { afterEach, describe, expect, it } from 'vitest';
import { PagePorts } from '../../electron/page-ports.ts';
import { portPipe as pagePipe, type Port } from '../../renderer/host/port-pipe.ts';
import { connect, type Client } from '../../shared/rpc/client.ts';
import { serve } from '../../shared/rpc/server.ts';
import { smallContract, smallHandlers } from '../shared/rpc/small-contract.ts';

const open: MessagePort[] = [];

afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

/** Real ports of Node, where the host's end hands messages on as Electron does. */
function channel(): MessageChannelMain {
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  const host = Object.assign(new EventEmitter(), {
    postMessage: (data: unknown) => port1.postMessage(data),
    start: () => port1.on('message', (data: unknown) => host.emit('message', { data })),
    close: () => port1.close(),
  });
  port1.on('close', () => host.emit('close'));
  return { port1: host, port2 } as unknown as MessageChannelMain;
}

class Page extends EventEmitter {
  readonly clients: Client<typeof smallContract>[] = [];

  postMessage(name: string, message: unknown, [port]: readonly MessagePort[]): void {
    if (port === undefined) throw new Error(`no port with ${name} ${String(message)}`);
    this.clients.push(connect(smallContract, pagePipe(port as unknown as Port)));
  }
}

function ports() {
  const page = new Page();
  const { handlers, counts } = smallHandlers();
  const given = new PagePorts(page as unknown as WebContents, channel, (pipe) => serve(smallContract, handlers, pipe));
  return { page, counts, given };
}

async function until(look: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!look()) {
    if (performance.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function client(page: Page, at: number): Client<typeof smallContract> {
  const found = page.clients[at];
  if (found === undefined) throw new Error(`no port was given ${at + 1} times`);
  return found;
}

describe('a port', () => {
  it('carries a call and its answer', async () => {
    const { page, given } = ports();
    given.give();
    expect(await client(page, 0).double({ n: 21 })).toEqual({ n: 42 });
  });

  it.each([
    ['the page is loaded again', 'did-start-navigation', { isMainFrame: true, isSameDocument: false }],
    ['the page crashed', 'render-process-gone', {}],
    ['the window is gone', 'destroyed', undefined],
  ])('ends with its streams when %s', async (_why, name, details) => {
    const { page, counts, given } = ports();
    given.give();
    const stream = client(page, 0).silent({});
    const ended = (async (): Promise<unknown> => {
      for await (const item of stream) return item;
      return 'nothing more';
    })().catch((error: unknown) => error);
    await until(() => counts.running === 1);
    page.emit(name, details);
    expect(await ended).toMatchObject({ code: 'closed' });
    await until(() => counts.running === 0);
  });

  it.each([
    ['a frame inside the page', { isMainFrame: false, isSameDocument: false }],
    ['a place inside the same document', { isMainFrame: true, isSameDocument: true }],
  ])('stays when %s is navigated', async (_what, details) => {
    const { page, given } = ports();
    given.give();
    page.emit('did-start-navigation', details);
    expect(await client(page, 0).double({ n: 1 })).toEqual({ n: 2 });
  });

  it('is new after a reload', async () => {
    const { page, given } = ports();
    given.give();
    page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    given.give();
    await expect(client(page, 0).double({ n: 1 })).rejects.toMatchObject({ code: 'closed' });
    expect(await client(page, 1).double({ n: 1 })).toEqual({ n: 2 });
  });

  it('is closed, oldest first, when a page asks for more and more', async () => {
    const { page, given } = ports();
    for (let count = 0; count < 6; count += 1) given.give();
    const answers = await Promise.all(
      page.clients.map((each) =>
        each.double({ n: 1 }).then(
          () => 'open',
          () => 'closed',
        ),
      ),
    );
    expect(answers).toEqual(['closed', 'closed', 'open', 'open', 'open', 'open']);
  });
});
