// A scenario as observations, without a machine: what a host would send while it watches the node.
import type { FrameSeen, Observation } from '../../shared/model/observation.ts';
import { EMPTY_NODE_SESSION, foldObservation, type NodeSession } from '../../shared/session/node-session.ts';
import { frameOf, type Edit } from './frame-text.ts';

/** The observer's clock at the first look, milliseconds since 1970: 2026-01-31T12:00:00Z, as the scenarios say. */
export const FIRST_LOOK_MS = Date.UTC(2026, 0, 31, 12, 0, 0);

export interface LookOptions {
  /** Which step each moving value of the scenario shows. */
  readonly step?: number;
  readonly atMs?: number;
  readonly edit?: Edit;
  readonly node?: string;
}

/** A sample and its closing reading. */
export function look(text: string, options: LookOptions = {}): FrameSeen[] {
  const { step = 0, atMs = FIRST_LOOK_MS + step * 2_000, edit, node = 'n1' } = options;
  const moment = edit === undefined ? { step } : { step, edit };
  const seen = (kind: 'sample' | 'devices', at: number): FrameSeen => ({
    kind: 'frame',
    node,
    askedMs: at - 60,
    atMs: at,
    text: frameOf(text, kind, moment).text,
    fresh: false,
    carried: [],
    skipped: 0,
  });
  return [seen('sample', atMs), seen('devices', atMs + 70)];
}

export function folded(...observations: readonly Observation[]): NodeSession {
  return observations.reduce(foldObservation, EMPTY_NODE_SESSION);
}
