// The stage: shows what a test asks for through `window.stage`, or what its address names (`?panel=ledger&demo=leak`).
import '../../../renderer/zod-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '../../../renderer/app.tsx';
import { HostLink } from '../../../renderer/host/host-link.ts';
import { AppModel } from '../../../renderer/store/app-model.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import { look } from '../../kit/observed.ts';
import type { AppScene, PanelScene } from '../scene.ts';
import { PanelStage, type Said } from './panel-stage.tsx';
import { ScriptedHost, type AskedCall } from './scripted-host.ts';
import './stage.css';

interface Stage {
  show(scene: PanelScene): void;
  /** What the panel last said; undefined before it said anything. */
  said(): Said | undefined;
  app(scene: AppScene): void;
  /** Lets the node of a target be observed further. */
  say(target: string, observations: readonly Observation[]): void;
  /** What the app asked of its host. */
  calls(): readonly AskedCall[];
  hostAway(): void;
  hostBack(forgets: boolean): void;
  /** Closes the node of a target, as another page of the same host would. */
  closeNode(target: string): void;
  /** Moves the app's clock, which stands still otherwise. */
  setNow(ms: number): void;
}

declare global {
  interface Window {
    stage: Stage;
  }
}

const element = document.getElementById('root');
if (element === null) throw new Error('the page has no #root');
const root = createRoot(element);
const heard: Said[] = [];
const state: { scenes: number; nowMs: number; host?: ScriptedHost } = { scenes: 0, nowMs: 0 };
const RETRY_MS = [30_000];

window.stage = {
  show: (scene) => {
    heard.length = 0;
    state.scenes += 1;
    root.render(
      <StrictMode>
        <PanelStage key={state.scenes} scene={scene} onSaid={(said) => heard.push(said)} />
      </StrictMode>,
    );
  },
  said: () => heard.at(-1),
  app: (scene) => {
    const host = new ScriptedHost(scene);
    state.scenes += 1;
    state.nowMs = scene.nowMs;
    state.host = host;
    const model = new AppModel(new HostLink(host.open, RETRY_MS), scene.open);
    root.render(
      <StrictMode>
        <App key={state.scenes} model={model} clock={stageClock} />
      </StrictMode>,
    );
  },
  say: (target, observations) => state.host?.say(target, observations),
  calls: () => state.host?.calls ?? [],
  hostAway: () => state.host?.goAway(),
  hostBack: (forgets) => state.host?.comeBack(forgets),
  closeNode: (target) => state.host?.closeNode(target),
  setNow: (ms) => {
    state.nowMs = ms;
  },
};

function stageClock(): number {
  return state.nowMs;
}

const asked = new URLSearchParams(location.search);
const panel = asked.get('panel');
if (panel !== null) {
  const demo = DEMO_SCENARIOS.get(asked.get('demo') ?? 'asleep')?.text ?? '';
  const steps = Number(asked.get('steps') ?? '1');
  const observations = Array.from({ length: steps }, (_, step) => look(demo, { step })).flat();
  window.stage.show({ panel, observations });
}
