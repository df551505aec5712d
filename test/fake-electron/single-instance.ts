// The lock of the one instance: a file with a pid. A second instance leaves a file that the first one sees.
import { existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOCK = 'single-instance.pid';
const CALL = 'second-instance.json';

export interface InstanceLock {
  readonly isFirst: boolean;
  release(): void;
}

/** `onSecond` gets the arguments of each later start, as long as the lock is held. */
export function takeInstanceLock(
  folder: string,
  words: readonly string[],
  onSecond: (words: readonly string[]) => void,
): InstanceLock {
  mkdirSync(folder, { recursive: true });
  const [lock, call] = [join(folder, LOCK), join(folder, CALL)];
  if (!claim(lock)) {
    writeFileSync(call, JSON.stringify(words));
    return { isFirst: false, release: () => undefined };
  }
  const watcher = watch(folder, () => {
    if (!existsSync(call)) return;
    const text = readFileSync(call, 'utf8');
    // Seen while it is being written: another event follows.
    if (text === '') return;
    rmSync(call);
    onSecond(JSON.parse(text) as readonly string[]);
  });
  return {
    isFirst: true,
    release: () => {
      watcher.close();
      rmSync(lock, { force: true });
    },
  };
}

/** A lock of a process that is gone is taken over. */
function claim(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // It exists: what matters is whether its owner does.
    if (isRunning(Number(readFileSync(lock, 'utf8')))) return false;
    writeFileSync(lock, String(process.pid));
    return true;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // ESRCH: no such process.
    return false;
  }
}
