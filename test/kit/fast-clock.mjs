// Loaded before a program (node --import): its clocks run sixty times as fast, and its pauses take a sixtieth of their time.
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

const FACTOR = 60;
/** A limit ends what would take for ever. Shortened as a pause is, a busy machine would run into it. */
const LIMIT_MS = 8_000;

const realDate = Date;
const realNow = performance.now.bind(performance);
const realTimeout = globalThis.setTimeout;
const realPause = timers.setTimeout;
const startMs = realNow();
const startWallMs = realDate.now();

const fastNow = () => startMs + (realNow() - startMs) * FACTOR;
const fastWall = () => Math.floor(startWallMs + (realNow() - startMs) * FACTOR);
const shorter = (ms) => (ms >= LIMIT_MS ? ms : ms / FACTOR);

performance.now = fastNow;
globalThis.Date = class extends realDate {
  constructor(...of) {
    super(...(of.length === 0 ? [fastWall()] : of));
  }

  static now() {
    return fastWall();
  }
};
globalThis.setTimeout = (then, ms, ...rest) => realTimeout(then, shorter(ms ?? 0), ...rest);
timers.setTimeout = (ms, ...rest) => realPause(shorter(ms ?? 0), ...rest);
syncBuiltinESMExports();
