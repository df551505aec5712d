// Loaded before a program (node --import): with each SIGUSR2 its wall clock is an hour later and its monotonic clock is not,
// which is what a program sees of a machine that slept for an hour.

const HOUR_MS = 3_600_000;
const realDate = Date;
const slept = { ms: 0 };

globalThis.Date = class extends realDate {
  constructor(...of) {
    super(...(of.length === 0 ? [realDate.now() + slept.ms] : of));
  }

  static now() {
    return realDate.now() + slept.ms;
  }
};
process.on('SIGUSR2', () => void (slept.ms += HOUR_MS));
