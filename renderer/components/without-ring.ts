// The ring of the focus after a menu that was opened by a click: the focus goes back to the panel that was clicked, and
// after Escape a browser takes that for a step by keyboard and draws a ring around all of it.

/** No ring around it until a key is pressed or the focus goes on. */
export function withoutRing(element: HTMLElement): void {
  element.dataset['ring'] = 'off';
  const end = (): void => {
    delete element.dataset['ring'];
    element.removeEventListener('blur', end);
    window.removeEventListener('keydown', end, true);
  };
  element.addEventListener('blur', end);
  window.addEventListener('keydown', end, true);
}
