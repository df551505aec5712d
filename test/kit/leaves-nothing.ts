// Set-up of the tests that share a process with others: a file that leaves a global, a variable of the environment or a
// listener changed fails by its own name, and not a later one by chance.
import { deepStrictEqual } from 'node:assert';
import { afterAll } from 'vitest';
import { sharedState } from './shared-state.ts';

const before = sharedState();

afterAll(() => deepStrictEqual(sharedState(), before));
