// Starts the page: finds its host, and draws one React tree in #root.
import './zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { findHost } from './host/find-host.ts';
import { menuCommands } from './host/menu-commands.ts';
import { takeStart } from './host/start.ts';
import { AppModel } from './store/app-model.ts';
import './theme.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
const start = takeStart(window);
const model = new AppModel(findHost(window, start), start.open);
const onMenu = menuCommands(window);
createRoot(root).render(
  <StrictMode>
    <App model={model} onMenu={onMenu} />
  </StrictMode>,
);
