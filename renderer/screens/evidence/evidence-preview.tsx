// The exact bytes that are copied and saved: a text as it is, a figure as it is drawn.
import { ClipboardCopy, Copy, Download, ImageDown } from 'lucide-react';
import { useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { RpcError } from '../../../shared/rpc/rpc-error.ts';
import { COPIES_MARKDOWN } from '../../commands/copy-table.ts';
import { Button } from '../../components/button.tsx';
import { copyRich, copyText, saveFile } from '../../components/clipboard.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import type { EvidenceChoice } from '../../view/evidence/evidence-choice.ts';
import type { EvidenceOutput } from '../../view/evidence/evidence-output.ts';

const SAID_MS = 3_000;
const REFUSED = 'Not copied: the browser refused. Select the text and copy it.';

export interface EvidencePreviewProps {
  readonly output: EvidenceOutput;
  readonly format: EvidenceChoice['format'];
  /** Writes the same bytes in a terminal; undefined where nothing does. */
  readonly command: string | undefined;
  /** Draws a figure as PNG; undefined where there is no host that could. */
  readonly drawPng: ((svg: string) => Promise<Uint8Array<ArrayBuffer>>) | undefined;
  /** Between the buttons and the text. */
  readonly children: ReactNode;
}

const COPIED: Readonly<Record<EvidenceChoice['format'], string>> = {
  md: 'Markdown',
  csv: 'CSV',
  json: 'JSON',
  tex: 'LaTeX',
  html: 'HTML',
};

export function EvidencePreview({ output, format, command, drawPng, children }: EvidencePreviewProps): ReactElement {
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
    saveFile(text, fileName, mime);
    setSaid(`Saving ${fileName}.`);
  };
  const savePng = async (draw: NonNullable<typeof drawPng>): Promise<void> => {
    const name = fileName.replace(/\.svg$/, '.png');
    try {
      saveFile(await draw(text), name, 'image/png');
      setSaid(`Saving ${name}.`);
    } catch (error) {
      setSaid(error instanceof RpcError ? `Not saved: ${error.message}` : 'Not saved: no PNG came. Save the SVG.');
    }
  };
  const isMarkdown = format === 'md';
  return (
    <section aria-label="Preview" className="flex min-w-0 flex-col rounded border border-line bg-panel">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2 text-[13px]">
        {kind === 'table' ? (
          <>
            {isMarkdown ? null : (
              <Button weight="primary" onClick={() => copied(`as ${COPIED[format]}`, copyText(text))}>
                <Copy size={14} aria-hidden />
                Copy as {COPIED[format]}
              </Button>
            )}
            <Button
              weight={isMarkdown ? 'primary' : 'plain'}
              {...COPIES_MARKDOWN}
              onClick={() => copied('as Markdown', copyText(markdown))}
            >
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
          {kind === 'figure' ? 'Save SVG' : 'Save'}
        </Button>
        {kind === 'figure' && drawPng !== undefined ? (
          <Button
            onClick={() => void savePng(drawPng)}
            title="With the same font everywhere, twice as fine as the screen"
          >
            <ImageDown size={14} aria-hidden />
            Save PNG
          </Button>
        ) : null}
        <span
          aria-live="polite"
          title={said === '' ? fileName : said}
          className="min-w-0 flex-1 basis-40 truncate text-muted"
        >
          {said === '' ? fileName : said}
        </span>
      </header>
      {children}
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
          className="max-h-[calc(100dvh-18rem)] min-h-64 overflow-auto p-3 font-mono text-[12px] leading-5"
        >
          {text}
        </pre>
      )}
      {command === undefined ? null : (
        <footer className="flex items-center gap-3 border-t border-line px-3 py-2 text-[12px]">
          <span className="shrink-0 text-muted">The same bytes in a terminal</span>
          <code className="min-w-0 flex-1 truncate" title={command}>
            {command}
          </code>
          <CopyButton text={command} label="Copy" />
        </footer>
      )}
    </section>
  );
}
