// The whole page takes recordings that are dropped on it, and opens a dialog to choose one.
import { FileDown } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';

export interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
}

/** What a dialog offers; whatever is chosen is looked at, not its name. */
const ACCEPTED = '.jsonl,.gz,.residuum';

export function DropZone({ onFiles }: DropZoneProps): ReactElement | null {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      // Otherwise the browser would leave the page and show the file.
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (event.dataTransfer === null || event.dataTransfer.files.length === 0) return;
      event.preventDefault();
      onFiles([...event.dataTransfer.files]);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onFiles]);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-2 z-40 flex items-center justify-center rounded border-2 border-dashed border-accent bg-bg/80">
      <p className="flex items-center gap-2 rounded bg-panel px-4 py-3 text-base">
        <FileDown size={20} aria-hidden />
        Drop a recording to replay it.
      </p>
    </div>
  );
}

/** Asks which files; nothing happens when none is chosen. */
export function chooseFiles(onFiles: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = ACCEPTED;
  input.addEventListener('change', () => onFiles([...(input.files ?? [])]));
  input.click();
}
