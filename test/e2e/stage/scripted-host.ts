// A host inside the page: answers the contract from a scene, says what a test tells it to, and remembers what was asked.
import type { NodeId, Observation } from '../../../shared/model/observation.ts';
import { sha256Hex } from '../../../renderer/recordings/sha256.ts';
import { contract, type OpenNodeEntry, type RecorderState } from '../../../shared/rpc/contract.ts';
import { memoryPipe } from '../../../shared/rpc/memory-pipe.ts';
import type { Pipe } from '../../../shared/rpc/pipe.ts';
import { RpcError } from '../../../shared/rpc/rpc-error.ts';
import { serve, type Handlers } from '../../../shared/rpc/server.ts';
import type { AppScene } from '../scene.ts';

interface ScriptedNode {
  readonly entry: OpenNodeEntry;
  readonly seen: Observation[];
  readonly listeners: Set<() => void>;
}

export interface AskedCall {
  readonly method: string;
  readonly input: unknown;
}

export class ScriptedHost {
  /** Every call but the streams, in order. */
  readonly calls: AskedCall[] = [];
  readonly #scene: AppScene;
  readonly #nodes = new Map<NodeId, ScriptedNode>();
  readonly #settings: Record<string, string>;
  #pipe: Pipe | undefined;
  #isAway = false;
  #opened = 0;

  #isRecording: boolean;
  #turned: () => void = () => undefined;

  constructor(scene: AppScene) {
    this.#isRecording = scene.isRecordingOff !== true;
    this.#scene = scene;
    this.#settings = { ...scene.settings };
  }

  /** One connection of the page. */
  readonly open = (): Promise<Pipe> => {
    if (this.#isAway) return Promise.reject(new Error('The host did not answer.'));
    const [near, far] = memoryPipe();
    serve(contract, this.#handlers(), far);
    this.#pipe = far;
    return Promise.resolve(near);
  };

  goAway(): void {
    this.#isAway = true;
    this.#pipe?.close();
  }

  /** `forgets`: as after a restart, no node is open any more. */
  comeBack(forgets: boolean): void {
    this.#isAway = false;
    if (forgets) this.#nodes.clear();
  }

  /** As another page of the same host would. */
  closeNode(target: string): void {
    for (const [id, node] of this.#nodes) {
      if (node.entry.target !== target) continue;
      this.#nodes.delete(id);
      for (const wake of node.listeners) wake();
    }
  }

  #turn(isOn: boolean): void {
    this.#isRecording = isOn;
    this.#turned();
  }

  /** To whoever observes the node of this target. */
  say(target: string, observations: readonly Observation[]): void {
    for (const node of this.#nodes.values()) {
      if (node.entry.target !== target) continue;
      node.seen.push(...observations.map((each) => ({ ...each, node: node.entry.node })));
      for (const wake of node.listeners) wake();
    }
  }

  #handlers(): Handlers {
    const noted = (method: string, input: unknown): Record<string, never> => {
      this.calls.push({ method, input });
      return {};
    };
    return {
      'app.info': () => ({
        version: this.#scene.version ?? '0.1.0',
        host: 'web',
        probeSha256: '0'.repeat(64),
        limitVariable: this.#scene.limitVariable ?? null,
      }),
      'targets.list': () => ({ targets: this.#scene.targets, notes: this.#scene.notes ?? [] }),
      'nodes.list': () => ({ nodes: [...this.#nodes.values()].map(({ entry }) => entry) }),
      'node.open': (input) => {
        noted('node.open', input);
        return { node: this.#openNode(input.target, input.intervalMs) };
      },
      'node.observe': ({ node }, { signal }) => this.#observe(node, signal),
      'node.configure': (input) => noted('node.configure', input),
      'node.look': (input) => noted('node.look', input),
      'node.retry': (input) => noted('node.retry', input),
      'node.endpoint': (input) => noted('node.endpoint', input),
      'node.tell': (input) => noted('node.tell', input),
      'node.mark': (input) => noted('node.mark', input),
      'node.close': (input) => {
        this.#nodes.delete(input.node);
        return noted('node.close', input);
      },
      'recordings.list': () => ({ recordings: this.#scene.recordings ?? [], notes: this.#scene.recordingNotes ?? [] }),
      'recordings.open': ({ id }) => this.#recording(id),
      'recordings.identity': async ({ id }) => {
        const text = this.#textOf(id);
        return { sha256: await sha256Hex(text), size: new TextEncoder().encode(text).length };
      },
      'recordings.save': (input) => {
        noted('recordings.save', input);
        return { id: `saved/${input.name}` };
      },
      'recordings.state': (_input, { signal }) => this.#recorder(signal),
      'recordings.resume': (input) => noted('recordings.resume', input),
      'recordings.turn': (input) => {
        this.#turn(input.isOn);
        return noted('recordings.turn', input);
      },
      'figure.png': ({ svg }) => {
        if (this.#scene.noPng !== undefined) throw new RpcError('no-png', this.#scene.noPng, 'Save the SVG.');
        return { png: btoa(`PNG of ${svg.length} characters`) };
      },
      'settings.read': () => ({ values: { ...this.#settings } }),
      'settings.write': (input) => {
        if (input.value === null) delete this.#settings[input.name];
        else this.#settings[input.name] = input.value;
        return noted('settings.write', input);
      },
    };
  }

  async *#recording(id: string): AsyncGenerator<string> {
    yield this.#textOf(id);
  }

  #textOf(id: string): string {
    const text = this.#scene.recordingTexts?.[id];
    if (text === undefined) throw new RpcError('no-such-recording', 'There is no such recording.', 'Look again.');
    return text;
  }

  async *#recorder(signal: {
    readonly aborted: boolean;
    addEventListener(type: 'abort', heard: () => void): void;
  }): AsyncGenerator<RecorderState> {
    const stopped = this.#scene.recorderStopped ?? null;
    while (!signal.aborted) {
      const isOn = this.#isRecording;
      yield { isOn, files: isOn ? this.#nodes.size : 0, stopped };
      await new Promise<void>((resolve) => {
        this.#turned = resolve;
        signal.addEventListener('abort', resolve);
      });
    }
  }

  #openNode(target: string, intervalMs: number): NodeId {
    const script = this.#scene.nodes[target];
    if (script === undefined) {
      throw new RpcError('bad-target', `Target "${target}" has no host.`, 'Type an ssh alias or [user@]host[:port].');
    }
    this.#opened += 1;
    const node = `n${this.#opened}`;
    const isDemo = target === 'demo' || target.startsWith('demo:');
    const seen = script.map((each) => ({ ...each, node }));
    this.#nodes.set(node, { entry: { node, target, isDemo, intervalMs }, seen, listeners: new Set() });
    return node;
  }

  async *#observe(
    id: NodeId,
    signal: { readonly aborted: boolean; addEventListener(type: 'abort', heard: () => void): void },
  ): AsyncGenerator<Observation> {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new RpcError('no-such-node', 'This node is not open.', 'Connect to it again.');
    let at = 0;
    while (!signal.aborted && this.#nodes.get(id) === node) {
      const next = node.seen[at];
      if (next !== undefined) {
        at += 1;
        yield next;
        continue;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          node.listeners.delete(wake);
          resolve();
        };
        node.listeners.add(wake);
        signal.addEventListener('abort', wake);
      });
    }
  }
}
