// Not a panel of the product: shows in words what every panel is given, to test the stage itself.
import type { ReactElement } from 'react';
import type { PanelProps } from '../../../renderer/screens/live/panel-props.ts';

export function Given({ moment, node, selection, onSelect, onCursor, onRaw }: PanelProps): ReactElement {
  const devices = moment.sighting.snapshot.devices?.devices ?? [];
  return (
    <section aria-label="given" className="p-4">
      <p>
        {devices.length} GPUs, {moment.states.size} engines, {node.problems.length} problems
      </p>
      {devices.map(({ bus }) => (
        <button
          key={bus}
          type="button"
          aria-pressed={selection.bus === bus}
          className="mr-2 border border-line px-2 aria-pressed:bg-accent aria-pressed:text-on-accent"
          onClick={() => onSelect({ bus })}
          onMouseEnter={() => onCursor(moment.atMs)}
          onDoubleClick={() => onRaw({ title: bus, match: { kind: 'device', bus } })}
        >
          {bus}
        </button>
      ))}
    </section>
  );
}
