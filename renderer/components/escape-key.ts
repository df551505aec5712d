// Escape in a dialog that has just opened: Radix hears it a task after the dialog has the focus, and until then a card
// below the dialog may still hear it. Either way the key would be lost.
import type { KeyboardEvent } from 'react';

/** `onKeyDown` for the content of a dialog: closes it, also where Radix has closed it already or a card took the key. */
export function closeOnEscape(close: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    close();
  };
}
