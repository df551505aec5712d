// Each change of what tests of one process share is seen.
import { expect, it, onTestFinished } from 'vitest';
import { sharedState } from './shared-state.ts';

const CHANGES: Readonly<Record<string, readonly [() => void, () => void]>> = {
  'a global': [
    () => void Object.assign(globalThis, { planted: 1 }),
    () => void Reflect.deleteProperty(globalThis, 'planted'),
  ],
  'a variable of the environment': [
    () => void (process.env['PLANTED'] = '1'),
    () => void Reflect.deleteProperty(process.env, 'PLANTED'),
  ],
  'a listener': [() => void process.on('SIGUSR2', ignore), () => void process.off('SIGUSR2', ignore)],
};

function ignore(): void {
  // Only there to be counted.
}

it.each(Object.entries(CHANGES))('%s', (_what, [change, undo]) => {
  const before = sharedState();
  onTestFinished(undo);
  expect(sharedState()).toEqual(before);
  change();
  expect(sharedState()).not.toEqual(before);
  undo();
  expect(sharedState()).toEqual(before);
});
