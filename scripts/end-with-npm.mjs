// Stops this program when the npm that started it is gone: npm runs it under a shell, and a signal to npm ends that
// shell and not what runs below it. A page would go on being served by a program that nobody sees.

const LOOK_MS = 500;

/** Does nothing for a program that npm did not start. Ctrl+C in a terminal reaches every program by itself. */
export function endWithNpm(parent = process.ppid) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  timer.unref();
}
