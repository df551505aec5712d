// The stage: shows what a test asks for through `window.stage`, or what its address names (`?panel=ledger&demo=leak`).
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { DEMO_SCENARIOS } from '../../../shared/source/demo-scenarios.ts';
import { look } from '../../kit/observed.ts';
import { PanelStage, type Said } from './panel-stage.tsx';
import type { PanelScene } from '../scene.ts';
import './stage.css';

interface Stage {
  show(scene: PanelScene): void;
  /** What the panel last said; undefined before it said anything. */
  said(): Said | undefined;
}

declare global {
  interface Window {
    stage: Stage;
  }
}

z.config({ jitless: true });

const element = document.getElementById('root');
if (element === null) throw new Error('the page has no #root');
const root = createRoot(element);
const heard: Said[] = [];
const counter = { scenes: 0 };

window.stage = {
  show: (scene) => {
    heard.length = 0;
    counter.scenes += 1;
    root.render(
      <StrictMode>
        <PanelStage key={counter.scenes} scene={scene} onSaid={(said) => heard.push(said)} />
      </StrictMode>,
    );
  },
  said: () => heard.at(-1),
};

const asked = new URLSearchParams(location.search);
const panel = asked.get('panel');
if (panel !== null) {
  const demo = DEMO_SCENARIOS.get(asked.get('demo') ?? 'asleep')?.text ?? '';
  const steps = Number(asked.get('steps') ?? '1');
  const observations = Array.from({ length: steps }, (_, step) => look(demo, { step })).flat();
  window.stage.show({ panel, observations });
}
