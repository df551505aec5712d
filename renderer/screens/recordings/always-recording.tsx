// Whether open nodes are recorded, in words, and the way to turn it off or on.
import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { useApp, useModel } from '../../store/app-context.ts';

export function AlwaysRecording(): ReactElement | null {
  const model = useModel();
  const recorder = useApp((state) => state.recorder);
  if (recorder === undefined) return null;
  const { isOn } = recorder;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
      <p className={isOn ? 'text-muted' : 'text-inconclusive'}>
        {isOn
          ? 'Every node that is open is recorded here, up to twelve hours and 1 GiB; the oldest go first.'
          : 'Recording is off: nothing of what is watched is kept. What was recorded before is below.'}
      </p>
      <Button onClick={() => void model.hosted.turn(!isOn)}>{isOn ? 'Turn recording off' : 'Turn recording on'}</Button>
    </div>
  );
}
