// Gives the page its ports to the host, and closes them with the page that asked for them.
import type { MessageChannelMain, WebContents } from 'electron';
import type { Pipe } from '../shared/rpc/pipe.ts';
import { PORT_CHANNEL } from './ipc-channels.ts';
import { portPipe } from './port-pipe.ts';

/** A page that lost its port asks again; more than this at once is a page gone wild, and the oldest is closed. */
const MOST_PORTS = 4;

export class PagePorts {
  readonly #contents: WebContents;
  readonly #newChannel: () => MessageChannelMain;
  readonly #serve: (pipe: Pipe) => void;
  readonly #open: Pipe[] = [];

  constructor(contents: WebContents, newChannel: () => MessageChannelMain, serve: (pipe: Pipe) => void) {
    this.#contents = contents;
    this.#newChannel = newChannel;
    this.#serve = serve;
    // A port does not always hear of the end of its page, so that is told here too.
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.close();
    });
    contents.on('render-process-gone', () => this.close());
    contents.on('destroyed', () => this.close());
  }

  /** For each question of the page. */
  give(): void {
    const { port1, port2 } = this.#newChannel();
    const pipe = portPipe(port1);
    if (this.#open.push(pipe) > MOST_PORTS) this.#open.shift()?.close();
    this.#serve(pipe);
    this.#contents.postMessage(PORT_CHANNEL, null, [port2]);
  }

  /** Everything that runs over a port ends with it. */
  close(): void {
    for (const pipe of this.#open.splice(0)) pipe.close();
  }
}
