// MessageChannelMain of the stand-in: two ends, of which one may be sent to a page and is then pumped to a real port there.
import { EventEmitter } from 'node:events';
import { onlyThese } from './only-these.ts';

/** Messages wait until `start`, as they do in Electron. */
export class MessagePortMain extends EventEmitter {
  /** Set by the channel, or by the page that the other end was sent to. */
  deliver: (data: unknown) => void = () => undefined;
  tellClosed: () => void = () => undefined;
  readonly #waiting: unknown[] = [];
  #isStarted = false;
  #isClosed = false;

  postMessage(data: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('The stand-in of Electron sends no ports through ports.');
    if (!this.#isClosed) this.deliver(structuredClone(data));
  }

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.tellClosed();
    this.emit('close');
  }

  /** From the other end. */
  receive(data: unknown): void {
    if (this.#isClosed) return;
    if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  /** The other end is gone. */
  receiveClose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.emit('close');
  }
}

const OTHER_END = new WeakMap<object, MessagePortMain>();

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    const [one, two] = [new MessagePortMain(), new MessagePortMain()];
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      from.deliver = (data) => void setImmediate(() => to.receive(data));
      from.tellClosed = () => void setImmediate(() => to.receiveClose());
    }
    this.port1 = onlyThese('MessagePortMain', one);
    this.port2 = onlyThese('MessagePortMain', two);
    OTHER_END.set(this.port1, two);
    OTHER_END.set(this.port2, one);
  }
}

/** The end that stays in main when `port` is sent to a page. */
export function otherEnd(port: object): MessagePortMain {
  const other = OTHER_END.get(port);
  if (other === undefined) throw new Error('only a port of a MessageChannelMain can be sent');
  return other;
}
