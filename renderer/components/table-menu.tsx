// Right-click, or the menu key, on any table: copy it as Markdown, CSV, JSON or LaTeX. What was copied is said.
import { ContextMenu } from 'radix-ui';
import { useEffect, useRef, useState, type MouseEvent, type ReactElement } from 'react';
import { COPY_FORMATS, tableAround, type CopyFormat } from './page-table.ts';
import { withoutRing } from './without-ring.ts';

export interface TableMenuProps {
  readonly children: ReactElement;
  readonly onCopy: (table: Element, format: CopyFormat) => void;
}

export function TableMenu({ children, onCopy }: TableMenuProps): ReactElement {
  const [table, setTable] = useState<Element>();
  /** What a click has put the focus on; undefined where the menu was opened by key. */
  const clicked = useRef<HTMLElement>(undefined);
  const aim = (event: MouseEvent): void => {
    const { activeElement } = document;
    const isClick = event.button === 2 || event.ctrlKey;
    clicked.current = isClick && activeElement instanceof HTMLElement ? activeElement : undefined;
    const found = event.target instanceof Element ? tableAround(event.target) : undefined;
    setTable(found);
    // Elsewhere the browser's own menu is of more use.
    if (found === undefined) event.stopPropagation();
  };
  return (
    <ContextMenu.Root modal={false}>
      <div className="contents" onContextMenuCapture={aim}>
        <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      </div>
      <ContextMenu.Portal>
        <ContextMenu.Content
          aria-label="Copy this table"
          onCloseAutoFocus={() => {
            if (clicked.current !== undefined) withoutRing(clicked.current);
          }}
          className="z-50 min-w-48 rounded border border-line-strong bg-raised p-1 text-[13px] shadow-lg"
        >
          {COPY_FORMATS.map((format) => (
            <ContextMenu.Item
              key={format}
              className="cursor-default rounded px-3 py-1.5 outline-none data-highlighted:bg-accent data-highlighted:text-on-accent"
              onSelect={() => {
                if (table !== undefined) onCopy(table, format);
              }}
            >
              Copy as {format}
            </ContextMenu.Item>
          ))}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

const SAID_MS = 3_000;

/** A line that comes, is read out, and goes. */
export function Said({ text, onGone }: { readonly text: string; readonly onGone: () => void }): ReactElement {
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(onGone, SAID_MS);
    return () => clearTimeout(timer);
  }, [text, onGone]);
  return (
    <p
      role="status"
      className="fixed bottom-4 left-1/2 z-50 -translate-x-1/2 rounded border border-line-strong bg-raised px-4 py-2 text-[13px] shadow-lg empty:hidden"
    >
      {text}
    </p>
  );
}
