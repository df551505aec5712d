// The drawer "where this number comes from": the probe's own lines behind a number, and the rest of the frame folded.
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactElement } from 'react';
import type { Moment } from '../../../../shared/session/moment.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { closeOnEscape } from '../../../components/escape-key.ts';
import type { RawRequest } from '../../../view/raw-request.ts';
import { rawText, rawView, type RawFrame, type RawSource } from '../../../view/raw-rows.ts';

export interface RawDrawerProps {
  readonly request: RawRequest;
  /** The look whose number it is. */
  readonly moment: Moment;
  /** Of the newest look, to say how old this one is. */
  readonly newestMs: number;
  readonly onClose: () => void;
}

export function RawDrawer({ request, moment, newestMs, onClose }: RawDrawerProps): ReactElement {
  const view = rawView(request, moment);
  const age = (newestMs - moment.atMs) / 1000;
  return (
    <Dialog.Root
      open
      modal={false}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          // Another number may be clicked while it is open: then it shows that one.
          onInteractOutside={(event) => event.preventDefault()}
          onKeyDown={closeOnEscape(onClose)}
          className="fixed inset-y-0 right-0 z-20 flex w-[min(44rem,92vw)] flex-col border-l border-line-strong bg-raised text-[13px] shadow-xl"
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 flex-1">
              <p className="text-[12px] text-muted">Where this number comes from</p>
              <Dialog.Title className="text-[14px] font-semibold break-words">{view.title}</Dialog.Title>
              <p className="text-[12px] text-muted">
                {age > 0 ? `Of a look ${age.toFixed(1)} s before the newest.` : 'Of the newest look.'}
              </p>
            </div>
            <CopyButton label="Copy" text={rawText(view)} />
            <Dialog.Close aria-label="Close" className="rounded p-1 text-muted hover:bg-sunken hover:text-text">
              <X aria-hidden size={18} />
            </Dialog.Close>
          </header>
          <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-3">
            {view.notes.map((note) => (
              <p key={note} className="border-l-2 border-line-strong pl-2 text-muted">
                {note}
              </p>
            ))}
            {view.sources.map((source, at) => (
              <Source key={`${at} ${source.asked}`} source={source} />
            ))}
            {view.frames.map((frame) => (
              <WholeFrame key={frame.name} frame={frame} />
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Source({ source: { asked, facts, lines } }: { source: RawSource }): ReactElement {
  return (
    <section>
      <h4 className="font-mono text-[12px] break-all">{asked}</h4>
      <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-[12px]">
        {facts.map(({ label, value }) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {lines.length === 0 ? null : (
        <ol className="mt-1.5 overflow-x-auto rounded border border-line bg-sunken py-1 font-mono text-[12px]">
          {lines.map(({ number, text }) => (
            <li key={number} className="flex gap-3 px-2">
              <span aria-hidden className="w-8 shrink-0 text-right text-muted select-none">
                {number}
              </span>
              <span className="whitespace-pre [tab-size:4]" dir="ltr">
                {text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function WholeFrame({ frame: { name, atMs, text, lineCount } }: { frame: RawFrame }): ReactElement {
  return (
    <details>
      <summary className="cursor-pointer text-muted">
        The whole {name}, {lineCount} lines, as it came at {new Date(atMs).toISOString().slice(11, 23)} UTC
      </summary>
      <div className="my-1.5">
        <CopyButton label={`Copy the whole ${name}`} text={text} />
      </div>
      <pre
        dir="ltr"
        className="overflow-x-auto rounded border border-line bg-sunken p-2 font-mono text-[11px] [tab-size:4]"
      >
        {text}
      </pre>
    </details>
  );
}
