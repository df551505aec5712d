// What grows on the page moves a plot under a pointer that rests, or away from it: the browser tells of that as of a move,
// and no hand made it.
import { useEffect, type RefObject } from 'react';

/** Each is told twice, as one of a pointer and as one of a mouse. */
const KINDS = ['pointer', 'mouse'] as const;
const WAYS = ['over', 'enter', 'out', 'leave'] as const;

/** A box hears only of a pointer that is elsewhere on the screen than it was. */
export function useRestingPointer(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const ends = KINDS.flatMap((kind) => {
      const last = { place: '' };
      const stopResting = (event: MouseEvent): void => {
        const isOfBox = event.target instanceof Node && box.current?.contains(event.target) === true;
        if (isOfBox && placeOf(event) === last.place) event.stopPropagation();
      };
      const onMove = (event: MouseEvent): void => {
        stopResting(event);
        last.place = placeOf(event);
      };
      return [listen(`${kind}move`, onMove), ...WAYS.map((way) => listen(`${kind}${way}`, stopResting))];
    });
    return () => {
      for (const end of ends) end();
    };
  }, [box]);
}

function placeOf({ screenX, screenY }: MouseEvent): string {
  return `${screenX} ${screenY}`;
}

/** Before anybody on the page. Answers what ends it. */
function listen(type: `${(typeof KINDS)[number]}${'move' | (typeof WAYS)[number]}`, hear: (event: MouseEvent) => void) {
  window.addEventListener(type, hear, true);
  return () => window.removeEventListener(type, hear, true);
}
