// Below the tree, the row with the focus in full: its whole title, what each GPU holds of it, and the way to the raw rows.
import type { ReactElement } from 'react';
import { total } from '../../../../shared/base/known.ts';
import { ZERO_BYTES } from '../../../../shared/base/units.ts';
import type { RawRequest } from '../../../view/raw-request.ts';
import { wholeMib, whyText } from '../../../view/screen-text.ts';
import { shortBus } from '../../../../shared/ledger/short-bus.ts';
import type { TreeNode } from '../../../view/tree/tree-node.ts';
import { rawName, rawOf } from './tree-raw.ts';

export interface TreeDetailProps {
  readonly node: TreeNode;
  readonly onRaw: (request: RawRequest) => void;
}

export function TreeDetail({ node, onRaw }: TreeDetailProps): ReactElement {
  return (
    <div role="region" aria-label="the row in full" className="tree-detail" tabIndex={-1}>
      <p className="flex flex-wrap gap-x-3">
        <span className="min-w-0 font-medium break-words">{node.label}</span>
        {rawOf(node).map((request) => (
          <button
            key={request.match.kind}
            type="button"
            className="text-accent underline underline-offset-2"
            onClick={() => onRaw(request)}
          >
            {rawName(request)}
          </button>
        ))}
      </p>
      {node.detail.map((text) => (
        <p key={text} className="break-words text-muted">
          {text}
        </p>
      ))}
      {node.perBus.size > 0 && (
        <p>
          {[...node.perBus].map(([bus, tally]) => {
            const whole = total(tally);
            return (
              <span key={bus} className="mr-3 inline-block" title={whole.known ? undefined : whyText(whole.why)}>
                <span className="font-mono text-muted">{shortBus(bus)}</span>{' '}
                {whole.known
                  ? `${wholeMib(whole.value)} MiB`
                  : tally.atLeast === ZERO_BYTES
                    ? 'unknown'
                    : `at least ${wholeMib(tally.atLeast)} MiB`}
              </span>
            );
          })}
        </p>
      )}
    </div>
  );
}
