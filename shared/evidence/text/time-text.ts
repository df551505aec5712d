// Times, durations and sizes of files as people read them. Times are UTC: a recording is read in another zone than its own.

/** `12:00:04 UTC`. `ms` since 1970. */
export function clockText(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}

/** `2026-01-31 12:00:04 UTC`. */
export function dateTimeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `3.2 s`, `42 s`, `1 min 23 s`, `2 h 5 min`. */
export function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  const [hours, left] = [Math.floor(minutes / 60), minutes % 60];
  return left === 0 ? `${hours} h` : `${hours} h ${left} min`;
}

/** `+12.5 s`: from the beginning of a recording. */
export function sinceText(ms: number): string {
  return `+${(ms / 1000).toFixed(1)} s`;
}

/** `812 bytes`, `41.3 KiB`, `2.0 MiB`. */
export function fileSizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let size = bytes;
  let at = 0;
  while (size >= 1024 && at < units.length - 1) {
    size /= 1024;
    at += 1;
  }
  return `${at === 0 ? Math.round(size) : size.toFixed(1)} ${units[at]}`;
}
