// Copies a text, and says for a moment that it did.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { Button } from './button.tsx';

const SAID_MS = 2_000;
/** A longer text is no help under the pointer. */
const MOST_SHOWN = 200;

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied: the browser refused'),
    );
  };
  const Icon = said === 'Copied' ? Check : Copy;
  return (
    <Button onClick={copy} title={text.length > MOST_SHOWN ? undefined : text}>
      <Icon size={14} aria-hidden />
      <span aria-live="polite">{said === '' ? label : said}</span>
    </Button>
  );
}
