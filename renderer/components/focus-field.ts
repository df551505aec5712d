// Gives a field the focus when it comes: as one function, since a ref that is made anew takes the focus back with each look.

/** For `ref`. */
export function focusField(field: HTMLElement | null): void {
  field?.focus();
}
