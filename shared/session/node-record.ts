// Everything that a recording tells of one node, folded without a bound on its length: looks, engines, gaps, marks.
import type { LinkSeen, MarkSeen, Observation } from '../model/observation.ts';
import { EngineSeriesCollector, type EngineSeries } from './cycles/engine-series.ts';
import type { HistoryPoint } from './history/history-point.ts';
import { newestPoint } from './history/history.ts';
import { nodeGaps, type TimelineGap } from './timeline/line-gaps.ts';
import type { Moment } from './moment.ts';
import { EMPTY_RECORDED_SESSION, foldObservation, type NodeSession } from './node-session.ts';
import { OrphanCollector, type OrphanSeries } from './cycles/orphan-series.ts';
import type { Outage } from './outage.ts';

export interface NodeRecord {
  /** Its history has all looks. */
  readonly session: NodeSession;
  readonly engines: readonly EngineSeries[];
  readonly orphans: readonly OrphanSeries[];
  readonly gaps: readonly TimelineGap[];
  readonly links: readonly LinkSeen[];
  /** In the order of their time: others may have added them later. */
  readonly marks: readonly MarkSeen[];
}

/** Takes the observations of one node, in the order of the recording. */
export class NodeRecorder {
  readonly #series = new EngineSeriesCollector();
  readonly #orphans = new OrphanCollector();
  readonly #links: LinkSeen[] = [];
  readonly #outages = new Map<string, Outage>();
  readonly #onLook: (moment: Moment) => void;
  #session = EMPTY_RECORDED_SESSION;
  /** The newest look, which an answer of an engine may still change. */
  #pending: Moment | undefined;
  #pendingBuses: HistoryPoint['buses'] = new Map();

  /** `onLook` is given each whole look once, when nothing changes it any more. */
  constructor(onLook: (moment: Moment) => void = () => undefined) {
    this.#onLook = onLook;
  }

  take(seen: Observation): void {
    if (seen.kind === 'link') this.#links.push(seen);
    // What the user says holds from then on, and not for the look before it.
    if (seen.kind === 'told') this.#flush();
    const before = this.#session.moment;
    this.#session = foldObservation(this.#session, seen);
    const { moment, history, outages } = this.#session;
    for (const outage of outages.slice(-2)) this.#outages.set(`${outage.cause} ${outage.fromMs}`, outage);
    if (moment === undefined) return;
    if (moment.sample !== before?.sample) {
      this.#flush();
      this.#pendingBuses = newestPoint(history)?.buses ?? new Map();
    } else if (this.#pending === undefined) {
      return;
    }
    this.#pending = moment;
  }

  /** Once, after the last observation. */
  end(): NodeRecord {
    this.#flush();
    const { history, marks, link } = this.#session;
    // What was closed on purpose has no gap after it.
    const isClosed = link?.state === 'closed';
    const outages = [...this.#outages.values()].filter(({ toMs }) => toMs !== undefined || !isClosed);
    return {
      session: this.#session,
      engines: this.#series.series(),
      orphans: this.#orphans.series(),
      gaps: nodeGaps({ history, outages, link }),
      links: this.#links,
      marks: marks.toSorted((one, other) => one.atMs - other.atMs),
    };
  }

  #flush(): void {
    if (this.#pending === undefined) return;
    this.#series.look(this.#pending, this.#pendingBuses);
    this.#orphans.look(this.#pending);
    this.#onLook(this.#pending);
    this.#pending = undefined;
  }
}
