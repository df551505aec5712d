// A page with nothing on it but its connection to the host: what it was started with, its state, and one answer.
import '../../../renderer/zod-without-eval.ts';
import { findHost } from '../../../renderer/host/find-host.ts';
import { takeStart } from '../../../renderer/host/start.ts';

const start = takeStart(window);
const link = findHost(window, start);
const output = document.querySelector('#state');
const shown: string[] = [];

async function show(): Promise<void> {
  const state = link.state();
  let text: string = state.kind;
  if (state.kind === 'refused') text += `: ${state.text} ${state.next}`;
  if (state.kind === 'connected') {
    text += await state.client['app.info']({}).then(
      ({ version }) => ` to ${version}`,
      (error: Error) => ` and ${error.message}`,
    );
  }
  shown.push(text);
  if (output !== null) output.textContent = text;
}

link.subscribe(() => void show());
void show();
Object.assign(window, { shown, opened: start.open ?? null, retry: () => link.retry() });
