// A button that copies a text and says that it did.
import { Check, Copy } from 'lucide-react';
import { useState, type ReactElement } from 'react';

export interface CopyButtonProps {
  readonly label: string;
  readonly text: () => string;
}

export function CopyButton({ label, text }: CopyButtonProps): ReactElement {
  const [said, setSaid] = useState<'copied' | 'refused'>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setSaid('copied');
    } catch (error) {
      // A page that is not in front may not write; the user sees it and can select the text instead.
      setSaid('refused');
      if (!(error instanceof Error)) throw error;
    }
  };
  const Icon = said === 'copied' ? Check : Copy;
  const answer = said === 'copied' ? 'Copied' : said === 'refused' ? 'The clipboard refused: select the text' : '';
  return (
    <>
      <button
        type="button"
        onClick={() => void copy()}
        onBlur={() => setSaid(undefined)}
        className="inline-flex items-center gap-1.5 rounded border border-line-strong bg-panel px-2 py-0.5 text-[12px] hover:border-accent hover:text-accent"
      >
        <Icon aria-hidden size={13} />
        {label}
      </button>
      <span role="status" className="ml-2 text-[12px] text-muted">
        {answer}
      </span>
    </>
  );
}
