// What `report --json` says of a recording, checked against its shape.
import { expect } from 'vitest';
import { recordingReportSchema, type RecordingReport } from '../../shared/evidence/recording/recording-schema.ts';
import { command } from './command.ts';

export async function reportJson(file: string): Promise<RecordingReport> {
  const { code, out } = await command(['report', file, '--json']);
  expect(out.slice(0, -1)).not.toContain('\n');
  const report = recordingReportSchema.parse(JSON.parse(out));
  expect(code).toBe(report.error === undefined ? 0 : 3);
  return report;
}
