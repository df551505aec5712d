// What is known of a node in short: enough for somebody who comes late to see the same moment as those who were there.
import type { Pid, ProcessKey } from '../../shared/model/ids.ts';
import { processKey } from '../../shared/model/ids.ts';
import type {
  AccountingSeen,
  ConnectStep,
  FrameSeen,
  LinkSeen,
  MarkSeen,
  Observation,
  StepSeen,
  ToldSeen,
} from '../../shared/model/observation.ts';
import { passOver } from '../../shared/session/backlog.ts';
import { engineStates } from '../../shared/session/engine-states.ts';
import { EMPTY_HISTORY } from '../../shared/session/history/history.ts';
import type { Moment } from '../../shared/session/moment.ts';
import { EMPTY_NODE_SESSION, foldObservation, type NodeSession } from '../../shared/session/node-session.ts';
import { engineKey } from '../../shared/session/session.ts';

/** Marks are made by hand or by a script of the run, a few in each cycle. */
const MOST_MARKS = 200;
/** Looks before a change: of eight cycles the last one awake and the last one asleep. */
const MOST_KEPT = 16;
const MOST_KEPT_CHARACTERS = 4 * 1024 * 1024;

type Told = ReadonlyMap<ProcessKey, ToldSeen>;
type Answers = ReadonlyMap<string, AccountingSeen>;

interface KnownLook {
  /** The first one can be read on its own. */
  readonly frames: readonly FrameSeen[];
  /** Which frame the first one was, counted from the opening of the node. */
  readonly at: number;
  /** What had been said when it was whole. */
  readonly told: Told;
  /** What had been answered, and what it all meant, when the next one began. */
  readonly answers: Answers;
  readonly moment: Moment;
  /** As they are remembered: what was said after it was whole is shown with it, and counts from the next one on. */
  readonly states: Moment['states'];
}

export class KnownSoFar {
  #link: LinkSeen | undefined;
  readonly #steps = new Map<ConnectStep, StepSeen>();
  #told: Told = new Map();
  #marks: readonly MarkSeen[] = [];
  /** Of each engine and path the newest answer and the newest failure, in their order, as the session keeps them. */
  #answers: Answers = new Map();
  /** The newest frame with all facts that were sent before it. */
  #alone: FrameSeen | undefined;
  #frameCount = 0;
  /** Looks after which something was another: what engines are remembered by. Oldest first. */
  #kept: readonly KnownLook[] = [];
  #previous: KnownLook | undefined;
  #newest: KnownLook | undefined;
  /** What has been seen of the next look. */
  #open: readonly FrameSeen[] = [];
  #session: NodeSession = EMPTY_NODE_SESSION;

  add(seen: Observation): void {
    if (seen.kind === 'frame' && this.#open.length === 0) this.#nextBegins();
    const { moment } = this.#session;
    // The history is for screens; here it would only grow.
    this.#session = { ...foldObservation(this.#session, seen), history: EMPTY_HISTORY, outages: [], marks: [] };
    switch (seen.kind) {
      case 'frame':
        return this.#addFrame(seen, moment);
      case 'accounting':
        this.#answers = this.#stillThere(renewed(this.#answers, answerName(seen), seen));
        return;
      case 'step':
        return void this.#steps.set(seen.step, seen);
      case 'link':
        if (seen.state === 'connecting') this.#steps.clear();
        // A sample of a connection that is gone is never closed.
        this.#open = [];
        this.#link = seen;
        return;
      case 'mark':
        this.#marks = [...this.#marks, seen].slice(-MOST_MARKS);
        return;
      case 'told':
        return this.#addTold(seen);
    }
  }

  /** In an order that folds to the moment that everybody else sees. */
  observations(): Observation[] {
    const said = new Map<string, Observation>();
    const news = (known: ReadonlyMap<string, Observation>): Observation[] =>
      [...known].flatMap(([name, each]) => {
        if (said.get(name) === each) return [];
        said.set(name, each);
        return [each];
      });
    const parts: Observation[] = [...(this.#link === undefined ? [] : [this.#link]), ...this.#steps.values()];
    let after: number | undefined;
    for (const { frames, told, answers, at } of this.#looks()) {
      const [first, ...others] = frames;
      if (first === undefined) continue;
      const skipped = after === undefined ? 0 : at - after;
      parts.push(...news(told), { ...first, skipped }, ...others, ...news(answers));
      after = at + frames.length;
    }
    return [...parts, ...news(this.#told), ...this.#open, ...news(this.#answers), ...this.#marks];
  }

  #looks(): KnownLook[] {
    return [...this.#kept, this.#previous, this.#newest].filter((look) => look !== undefined);
  }

  /** The newest look means what it means by now. */
  #nextBegins(): void {
    const { moment, told, toldThen } = this.#session;
    if (this.#newest === undefined || moment === undefined) return;
    const { before } = moment;
    const states =
      told === toldThen ? moment.states : engineStates(before, (engine) => toldThen.get(engineKey(engine)));
    this.#newest = { ...this.#newest, moment, states, answers: this.#answers };
  }

  #addFrame(seen: FrameSeen, before: Moment | undefined): void {
    this.#alone = { ...(this.#alone === undefined ? seen : passOver(seen, this.#alone)), fresh: true, skipped: 0 };
    this.#open = this.#open.length === 0 ? [this.#alone] : [...this.#open, seen];
    this.#frameCount += 1;
    const { moment } = this.#session;
    if (moment === undefined) this.#forget();
    if (moment === undefined || moment === before) return;
    this.#answers = this.#stillThere(this.#answers);
    if (this.#previous !== undefined && this.#newest !== undefined && isOther(this.#previous, this.#newest)) {
      this.#kept = bounded([...this.#kept, this.#previous]);
    }
    this.#previous = this.#newest;
    const at = this.#frameCount - this.#open.length;
    this.#newest = { frames: this.#open, at, told: this.#told, answers: this.#answers, moment, states: moment.states };
    this.#open = [];
  }

  /** After another boot nothing counts that was seen before, as for the session; before the first look nothing is. */
  #forget(): void {
    if (this.#newest !== undefined) {
      this.#told = new Map();
      this.#answers = new Map();
    }
    this.#kept = [];
    this.#previous = undefined;
    this.#newest = undefined;
  }

  #addTold(seen: ToldSeen): void {
    const key = processKey(seen.rootPid, seen.rootStartTicks);
    if (seen.state !== null) {
      this.#told = renewed(this.#told, key, seen);
      return;
    }
    // Taken back, so for those who come later it was never said.
    const unsaid = (told: Told): Told => new Map([...told].filter(([each]) => each !== key));
    const forget = (look: KnownLook): KnownLook => ({ ...look, told: unsaid(look.told) });
    this.#told = unsaid(this.#told);
    this.#kept = this.#kept.map(forget);
    this.#previous = this.#previous && forget(this.#previous);
    this.#newest = this.#newest && forget(this.#newest);
  }

  /** The session forgets the answers of engines that are gone, and so do we. */
  #stillThere(answers: Answers): Answers {
    const { engines } = this.#session.session;
    return new Map(
      [...answers].filter(([, { answer }]) => engines.has(processKey(answer.rootPid, answer.rootStartTicks))),
    );
  }
}

/** As the last one of its map. */
function renewed<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key, value: Value): Map<Key, Value> {
  return new Map([...[...map].filter(([each]) => each !== key), [key, value]]);
}

/** Whether what comes after `earlier` rests on it: another state of an engine, or a pid that was there and is gone. */
function isOther(earlier: KnownLook, later: KnownLook): boolean {
  for (const [key, { value }] of later.states) {
    const before = earlier.states.get(key);
    if (before !== undefined && before.value !== value) return true;
  }
  const there = earlier.moment.sighting.snapshot.processes;
  return gonePids(later.moment).some((pid) => there.has(pid));
}

function gonePids({ sighting }: Moment): Pid[] {
  return sighting.held.flatMap(({ alive, pid }) => (alive === 'gone' ? [pid] : []));
}

function bounded(looks: readonly KnownLook[]): readonly KnownLook[] {
  const kept = looks.slice(-MOST_KEPT);
  const size = (look: KnownLook): number =>
    look.frames.reduce((sum, { text, carried }) => sum + text.length + carried.join('').length, 0);
  let characters = kept.reduce((sum, look) => sum + size(look), 0);
  while (characters > MOST_KEPT_CHARACTERS) {
    const oldest = kept.shift();
    if (oldest === undefined) break;
    characters -= size(oldest);
  }
  return kept;
}

function answerName({ answer }: AccountingSeen): string {
  const { rootPid, rootStartTicks, seen } = answer;
  return `${rootPid}@${rootStartTicks} ${seen.kind} ${seen.path ?? ''}`;
}
