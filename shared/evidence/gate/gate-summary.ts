// A verdict as Markdown that stands by itself: in a job summary, an issue or a pull request.
import { baselineTable } from './baseline-text.ts';
import type { GateReport } from './gate-schema.ts';
import { summaryText } from './gate-sentences.ts';
import { environmentTable, gateTable, ledgerTable } from '../report-tables.ts';
import { markdownText, tableMarkdown } from '../table/table-markdown.ts';
import { DEFAULT_STYLE } from '../table/table.ts';

export function summaryMarkdown(report: GateReport, appVersion: string): string {
  const where = markdownText(report.node?.hostname ?? report.target);
  if (report.error !== undefined) {
    return `## Residual gate on ${where}: could not run\n\n${markdownText(report.error.text)}\n\n`;
  }
  const verdict = (report.verdict ?? 'inconclusive').toUpperCase();
  const since = baselineTable(report);
  const parts = [
    `## Residual gate on ${where}: ${verdict}`,
    `${markdownText(summaryText(report))}; exit code ${report.exitCode}.`,
    ...(report.engines.length === 0 ? [] : [tableMarkdown(gateTable(report), DEFAULT_STYLE)]),
    ...(since === undefined ? [] : [tableMarkdown(since, DEFAULT_STYLE)]),
    ...(report.devices.length === 0 ? [] : [tableMarkdown(ledgerTable(report), DEFAULT_STYLE)]),
    `<details><summary>Measured with</summary>\n\n${tableMarkdown(environmentTable(report, appVersion), DEFAULT_STYLE)}\n</details>`,
  ];
  return `${parts.map((part) => part.trimEnd()).join('\n\n')}\n\n`;
}
