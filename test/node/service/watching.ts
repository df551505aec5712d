// A service for a test, and what an observer of one of its nodes has seen so far.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createService, type Service, type ServiceOptions } from '../../../node/service/service.ts';
import type { ConnectStep, FrameSeen, LinkSeen, Observation, StepSeen } from '../../../shared/model/observation.ts';
import { observationSchema } from '../../../shared/recording/observation-schema.ts';
import { EMPTY_NODE_SESSION, foldObservation, type NodeSession } from '../../../shared/session/node-session.ts';

/** Long: a machine may be busy. Nothing is measured by it, it only ends a test that would wait for ever. */
const LIMIT_MS = 60_000;
const STEP_MS = 10;

/** A service with settings of its own; closed when the test ends. */
export async function startService(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), 'residuum-service-'));
  const service = createService({
    host: 'web',
    version: '0.0.0',
    env: {},
    now: () => performance.timeOrigin + performance.now(),
    settingsFile: join(folder, 'residuum', 'settings.json'),
    retryDelaysMs: [20],
    ...options,
  });
  onTestFinished(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });
  return service;
}

export interface Watching {
  readonly node: string;
  readonly seen: readonly Observation[];
  readonly session: () => NodeSession;
  /** Newest line of each step. */
  readonly steps: () => Partial<Record<ConnectStep, StepSeen>>;
  readonly links: () => LinkSeen[];
  readonly frames: () => FrameSeen[];
  /** Until the condition holds; fails the test with what was seen when it never does. */
  until(condition: (watching: Watching) => boolean, what: string): Promise<void>;
  /** When the observer's stream has ended. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export async function openAndWatch(service: Service, target: string, intervalMs = 500): Promise<Watching> {
  const { handlers } = service;
  const { node } = await handlers['node.open']({ target, intervalMs }, { signal: new AbortController().signal });
  return watch(service, node);
}

/** Another observer of a node that is open. */
export function watch(service: Service, node: string): Watching {
  const stop = new AbortController();
  const seen: Observation[] = [];
  let session = EMPTY_NODE_SESSION;
  const ended = (async (): Promise<void> => {
    for await (const each of service.handlers['node.observe']({ node }, { signal: stop.signal })) {
      // As it would cross to another process.
      const checked = observationSchema.parse(JSON.parse(JSON.stringify(each)));
      seen.push(checked);
      session = foldObservation(session, checked);
    }
  })();
  const watching: Watching = {
    node,
    seen,
    session: () => session,
    steps: () => Object.fromEntries(seen.flatMap((each) => (each.kind === 'step' ? [[each.step, each]] : []))),
    links: () => seen.filter((each) => each.kind === 'link'),
    frames: () => seen.filter((each) => each.kind === 'frame'),
    until: async (condition, what) => {
      const limit = performance.now() + LIMIT_MS;
      while (!condition(watching)) {
        if (performance.now() > limit) expect.fail(`${what} did not happen; seen: ${summary(seen)}`);
        await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      }
    },
    ended,
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
  onTestFinished(() => watching.stop());
  return watching;
}

/** One whole look was seen, and no more is waited for. */
export function hasLooked({ session }: Watching): boolean {
  return session().moment !== undefined;
}

function summary(seen: readonly Observation[]): string {
  return seen
    .map((each) => {
      if (each.kind === 'step') return `${each.step} ${each.state}: ${each.text} ${each.next}`;
      if (each.kind === 'link') return `link ${each.state} ${each.text}`;
      return each.kind;
    })
    .join('\n');
}
