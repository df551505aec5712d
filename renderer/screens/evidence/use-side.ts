// The recording that evidence is made of, read when it is asked for.
import { useEffect, useState } from 'react';
import type { RecordedSide, SideRequest } from '../../../shared/recorded/recorded-side.ts';
import { useModel } from '../../store/app-context.ts';
import { evidenceProblem, type EvidencePlace } from '../../store/evidence-reader.ts';

export type Reading =
  | { readonly kind: 'none' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'ready'; readonly side: RecordedSide }
  /** A sentence that says why. */
  | { readonly kind: 'failed'; readonly text: string };

interface Found {
  readonly key: string;
  readonly reading: Reading | { readonly kind: 'broken'; readonly error: unknown };
}

/** `none` without a place. */
export function useSide(
  place: EvidencePlace | undefined,
  { at, cycle, redaction, compared }: Omit<SideRequest, 'who'>,
): Reading {
  const { evidence } = useModel();
  const [found, setFound] = useState<Found>();
  const key = place === undefined ? '' : JSON.stringify([place.key, at, cycle, redaction, compared]);
  useEffect(() => {
    if (place === undefined) return undefined;
    let isWanted = true;
    const tell = (reading: Found['reading']): void => {
      if (isWanted) setFound({ key, reading });
    };
    evidence.side(place, { at, cycle, redaction, compared }).then(
      (side) => tell({ kind: 'ready', side }),
      (error: unknown) => tell(failed(error)),
    );
    return () => {
      isWanted = false;
    };
    // The key says everything that is asked for.
  }, [evidence, place, key]);
  if (place === undefined) return { kind: 'none' };
  if (found?.key !== key) return { kind: 'reading' };
  // Not of the recording: the boundary of the screen says so.
  if (found.reading.kind === 'broken') throw found.reading.error;
  return found.reading;
}

function failed(error: unknown): Found['reading'] {
  try {
    return { kind: 'failed', text: evidenceProblem(error) };
  } catch {
    return { kind: 'broken', error };
  }
}
