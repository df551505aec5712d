// Scenes of the whole app that several test files use: targets as a host lists them, and connections as they go.
import {
  CONNECT_STEPS,
  type ConnectStep,
  type LinkSeen,
  type Observation,
  type StepSeen,
} from '../../shared/model/observation.ts';
import type { TargetEntry } from '../../shared/rpc/contract.ts';
import { FIRST_LOOK_MS, look } from '../kit/observed.ts';
import type { AppScene } from './scene.ts';

export const NOW_MS = FIRST_LOOK_MS + 1_000;

export const TARGETS: readonly TargetEntry[] = [
  entry('ssh-config', 'h100-07', 'me@h100-07.example:22'),
  entry('ssh-config', 'h100-08', 'bastion → me@10.0.0.8:22'),
  entry('local', 'local', 'nvidia-smi and /proc of this machine'),
  entry('demo', 'demo', 'an SGLang engine asleep, one awake, and a trainer beside them'),
  entry('demo', 'demo:leak', 'two SGLang engines that were told to sleep, of which one kept 60 GiB'),
];

export function entry(
  kind: TargetEntry['kind'],
  target: string,
  detail: string,
  more: Partial<TargetEntry> = {},
): TargetEntry {
  return { target, kind, label: target, detail, problem: '', lastMs: null, ...more };
}

export function link(state: LinkSeen['state'], more: Partial<LinkSeen> = {}): LinkSeen {
  return { kind: 'link', node: 'n1', atMs: FIRST_LOOK_MS - 1_000, state, text: '', code: null, retryMs: null, ...more };
}

export function step(name: ConnectStep, state: StepSeen['state'], more: Partial<StepSeen> = {}): StepSeen {
  const durationMs = state === 'running' ? null : 12;
  return {
    kind: 'step',
    node: 'n1',
    atMs: FIRST_LOOK_MS - 500,
    step: name,
    state,
    durationMs,
    text: '',
    next: '',
    ...more,
  };
}

/** A connection that went well, up to its first looks. */
export function connected(...looks: readonly Observation[]): Observation[] {
  const steps = CONNECT_STEPS.map((name) => step(name, 'ok'));
  return [link('connecting'), ...steps, link('connected'), ...looks];
}

/** The app with one node open, which shows this scenario. */
export function liveScene(text: string, more: Partial<AppScene> = {}): AppScene {
  return { targets: TARGETS, nodes: { 'h100-07': connected(...look(text)) }, open: 'h100-07', nowMs: NOW_MS, ...more };
}
