// The exact bytes that are copied and saved: a text as it is, a figure as it is drawn.
import { ClipboardCopy, Copy, Download } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { COPIES_MARKDOWN } from '../../commands/copy-table.ts';
import { Button } from '../../components/button.tsx';
import { copyRich, copyText, saveText } from '../../components/clipboard.ts';
import type { EvidenceOutput } from '../../view/evidence-output.ts';

const SAID_MS = 3_000;
const REFUSED = 'Not copied: the browser refused. Select the text and copy it.';

export function EvidencePreview({ output }: { readonly output: EvidenceOutput }): ReactElement {
  const { kind, text, html, markdown, fileName, mime } = output;
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copied = (what: string, copying: Promise<boolean>): void => {
    void copying.then((isDone) => setSaid(isDone ? `Copied ${what}.` : REFUSED));
  };
  const save = (): void => {
    saveText(text, fileName, mime);
    setSaid(`Saved as ${fileName}.`);
  };
  return (
    <section aria-label="Preview" className="flex min-w-0 flex-col rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2 text-[13px]">
        {kind === 'table' ? (
          <>
            <Button weight="primary" {...COPIES_MARKDOWN} onClick={() => copied('as Markdown', copyText(markdown))}>
              <Copy size={14} aria-hidden />
              Copy as Markdown
            </Button>
            <Button onClick={() => copied('as rich text', copyRich(html, markdown))}>
              <ClipboardCopy size={14} aria-hidden />
              Copy as rich text
            </Button>
          </>
        ) : (
          <Button weight="primary" onClick={() => copied('the SVG', copyText(text))}>
            <Copy size={14} aria-hidden />
            Copy the SVG
          </Button>
        )}
        <Button onClick={save} title={fileName}>
          <Download size={14} aria-hidden />
          Save
        </Button>
        <span aria-live="polite" className="min-w-0 flex-1 truncate text-muted">
          {said === '' ? fileName : said}
        </span>
      </header>
      {kind === 'figure' ? (
        <div
          className="overflow-auto p-3 [&>svg]:h-auto [&>svg]:max-w-full"
          // Ours alone: every word in it is escaped, and it holds nothing that runs.
          dangerouslySetInnerHTML={{ __html: text }}
        />
      ) : (
        <pre
          tabIndex={0}
          aria-label={`The text of ${fileName}`}
          className="max-h-[calc(100dvh-15rem)] overflow-auto p-3 font-mono text-[12px] leading-5"
        >
          {text}
        </pre>
      )}
    </section>
  );
}
