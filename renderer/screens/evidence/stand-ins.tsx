// What stands in for a name in the text that is shown: a list to look through before it is published.
import { Download } from 'lucide-react';
import type { ReactElement } from 'react';
import type { NamePair } from '../../../shared/redaction/stand-ins.ts';
import { Button } from '../../components/button.tsx';
import { standInRows } from '../../view/evidence/stand-in-rows.ts';

export interface StandInsProps {
  readonly names: readonly NamePair[];
  readonly text: string;
  /** The recording itself says that its names are stand-ins. */
  readonly wasRedacted: boolean;
  readonly onSave: () => void;
}

export function StandIns({ names, text, wasRedacted, onSave }: StandInsProps): ReactElement {
  const { inText, others } = standInRows(names, text);
  return (
    <details className="border-b border-line text-[13px]">
      <summary className="cursor-pointer px-3 py-2 hover:bg-sunken">
        {wasRedacted
          ? 'This recording had stand-ins for names already'
          : `Stand-ins for names: ${inText.length === 0 ? 'none' : inText.length} in this text, ${names.length} in the recording`}
      </summary>
      <div className="flex flex-col gap-2 px-3 pb-3">
        {inText.length === 0 ? null : (
          <div className="max-h-56 overflow-auto rounded border border-line">
            <table className="w-full">
              <caption className="sr-only">What stands in for which name</caption>
              <thead className="sticky top-0 bg-sunken text-left text-[12px] text-muted">
                <tr>
                  <th className="px-2 py-1 font-medium">Name</th>
                  <th className="px-2 py-1 font-medium">Stands here as</th>
                  <th className="px-2 py-1 font-medium">What it is</th>
                  <th className="px-2 py-1 text-right font-medium">Times</th>
                </tr>
              </thead>
              <tbody>
                {inText.map(({ kind, name, standIn, count }) => (
                  <tr key={`${standIn} ${name}`} className="border-t border-line">
                    <td className="px-2 py-1 font-mono text-[12px] wrap-anywhere">
                      <bdi>{name}</bdi>
                    </td>
                    <td className="px-2 py-1 font-mono text-[12px] whitespace-nowrap">{standIn}</td>
                    <td className="px-2 py-1 whitespace-nowrap text-muted">{kind}</td>
                    <td className="px-2 py-1 text-right tabular-nums">{count}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {others.length === 0 ? null : (
          <p className="text-muted">In the recording and not in this text: {others.join(', ')}.</p>
        )}
        <p className="text-muted">
          The same name is the same stand-in throughout one recording. Times, sizes and names of GPUs stay: who knows
          the run can recognise it by them.
        </p>
        <div>
          <Button onClick={onSave}>
            <Download size={14} aria-hidden />
            Save the recording with stand-ins
          </Button>
        </div>
      </div>
    </details>
  );
}
