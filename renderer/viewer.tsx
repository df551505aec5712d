// Starts the page without a host: it opens recordings and nothing else. Built into one file that needs no server.
import './zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { HostLink } from './host/host-link.ts';
import { AppModel } from './store/app-model.ts';
import './theme.css';

/** Put in its place by scripts/build-viewer.mjs. */
declare const RESIDUUM_VERSION: string;

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const model = new AppModel(new HostLink(undefined));
model.set({ version: RESIDUUM_VERSION });
model.show('recordings');
createRoot(root).render(
  <StrictMode>
    <App model={model} />
  </StrictMode>,
);
