// Writes to the clipboard: a text, or a table that stays a table where it is pasted.

/** False where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The caller says so; there is nothing else to try.
    return false;
  }
}

/** With the plain text beside it, for whoever takes no markup. */
export async function copyRich(html: string, plain: string): Promise<boolean> {
  const parts = {
    'text/html': new Blob([html], { type: 'text/html' }),
    'text/plain': new Blob([plain], { type: 'text/plain' }),
  };
  try {
    await navigator.clipboard.write([new ClipboardItem(parts)]);
    return true;
  } catch {
    return false;
  }
}

/** Saves a file, as the browser saves a download. A text is written as UTF-8. */
export function saveFile(data: string | Uint8Array<ArrayBuffer>, name: string, mime: string): void {
  const type = typeof data === 'string' ? `${mime};charset=utf-8` : mime;
  const address = URL.createObjectURL(new Blob([data], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
