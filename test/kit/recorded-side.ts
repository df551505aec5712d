// A recording's text as what evidence is made of, read as the page reads a file that was dropped on it.
import { fileSource } from '../../renderer/recordings/page-source.ts';
import { readSide, type RecordedSide, type SideRequest } from '../../shared/recorded/recorded-side.ts';

export function sideOf(
  text: string | Uint8Array<ArrayBuffer>,
  request: Partial<SideRequest> = {},
): Promise<RecordedSide> {
  const asked = { who: undefined, at: '', cycle: undefined, redaction: 'none', ...request } as const;
  return readSide(fileSource(new Blob([text])), asked);
}
