// What a new user sees first: what this is for, and the three things that can be done.
import { FileClock, FlaskConical, Plug } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';

export interface FirstRunProps {
  readonly onDemo: () => void;
  readonly onConnect: () => void;
  readonly onRecording: () => void;
}

export function FirstRun({ onDemo, onConnect, onRecording }: FirstRunProps): ReactElement {
  return (
    <section aria-labelledby="first-title" className="rounded border border-line bg-panel p-4">
      <h2 id="first-title" className="text-lg font-semibold">
        What is still on the GPU after an engine let go?
      </h2>
      <p className="mt-2 max-w-prose">
        Residuum looks at a node over ssh and says, for each GPU, how much memory is still resident, who holds it, what
        the engine itself claims, and whether that passes the gate. It only reads: nothing is installed on the node.
      </p>
      <div className="mt-4 flex gap-3">
        <Button weight="primary" className="h-10 px-4" onClick={onDemo}>
          <FlaskConical size={16} aria-hidden />
          Open the demo
        </Button>
        <Button className="h-10 px-4" onClick={onConnect}>
          <Plug size={16} aria-hidden />
          Connect a node
        </Button>
        <Button className="h-10 px-4" onClick={onRecording}>
          <FileClock size={16} aria-hidden />
          Open a recording
        </Button>
      </div>
    </section>
  );
}
