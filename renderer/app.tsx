// The whole window.
import type { ReactElement } from 'react';
import { CONNECT_STEPS } from '../shared/model/observation.ts';

export function App(): ReactElement {
  return (
    <main className="p-6">
      <h1 className="text-lg font-semibold">Residuum</h1>
      <p>{CONNECT_STEPS.length} steps to a node.</p>
    </main>
  );
}
