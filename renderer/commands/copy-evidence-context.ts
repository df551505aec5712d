// Lets a button of a screen copy a table of evidence; the frame of the page says how it went.
import { createContext, useContext } from 'react';
import type { OneClickTable } from './copy-evidence.ts';

export const CopyEvidenceContext = createContext<(table: OneClickTable) => void>(() => undefined);

export function useCopyEvidence(): (table: OneClickTable) => void {
  return useContext(CopyEvidenceContext);
}
