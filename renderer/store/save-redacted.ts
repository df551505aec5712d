// Saves a recording with stand-ins for names: the bytes of `residuum redact`.
import { redactOpened } from '../../shared/recorded/redact-opened.ts';
import type { RecordedSide } from '../../shared/recorded/recorded-side.ts';
import { saveFile } from '../components/clipboard.ts';
import type { EvidencePlace, EvidenceReader } from './evidence-reader.ts';

/** `side`: read with stand-ins; it names the file. */
export async function saveRedacted(reader: EvidenceReader, place: EvidencePlace, side: RecordedSide): Promise<void> {
  const source = await reader.source(place);
  const { text } = await redactOpened(await source.open());
  const time = new Date(side.header.startedMs).toISOString().replace(/[-:]|\.\d+/g, '');
  saveFile(text, `${side.target}-${time}.residuum.jsonl`, 'application/jsonl');
}
