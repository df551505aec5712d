// What the evidence screen gives away: the exact text of a table or of a figure, its name as a file, and as rich text.
import { footnoted, isCompared, styleOf } from '../../../shared/evidence/evidence.ts';
import { evidenceText } from '../../../shared/evidence/evidence-text.ts';
import { DEFAULT_FIGURE_STYLE, type FigureStyle } from '../../../shared/evidence/figures/figure.ts';
import { lookFigure } from '../../../shared/evidence/figures/look-figure.ts';
import { tableHtml } from '../../../shared/evidence/table/table-html.ts';
import type { Bytes } from '../../../shared/base/units.ts';
import { foundLook, isOfCycle, recordedEvidence, sideReport } from '../../../shared/recorded/recorded-evidence.ts';
import { sideFigure } from '../../../shared/recorded/recorded-figure.ts';
import { sidePolicy, type RecordedSide } from '../../../shared/recorded/recorded-side.ts';
import type { Moment } from '../../../shared/session/moment.ts';
import type { EvidenceChoice, PageFormat } from './evidence-choice.ts';

export interface EvidenceInput {
  readonly side: RecordedSide;
  /** B of a table of arms. */
  readonly against: RecordedSide | undefined;
  /** Of this page. */
  readonly appVersion: string;
  /** Two kept moments, whose figure shows names as they are; undefined without them. */
  readonly kept: { readonly a: Moment; readonly b: Moment; readonly noise: Bytes } | undefined;
}

export interface EvidenceOutput {
  readonly kind: 'table' | 'figure';
  readonly text: string;
  /** Of a table, as rich text. */
  readonly html: string;
  /** Of a table, for a pull request, whatever the format is. */
  readonly markdown: string;
  readonly fileName: string;
  readonly mime: string;
}

/** Throws a RecordedError where the recording has nothing for it. */
export function evidenceOutput(input: EvidenceInput, choice: EvidenceChoice): EvidenceOutput {
  return choice.preset === 'figure' ? figureOutput(input, choice) : tableOutput(input, choice, choice.preset);
}

const MIMES: Readonly<Record<PageFormat, string>> = {
  md: 'text/markdown',
  csv: 'text/csv',
  json: 'application/json',
  tex: 'application/x-tex',
  html: 'text/html',
};

function tableOutput(
  { side, against, appVersion }: EvidenceInput,
  { table, unit, format, digits: chosen, engine }: EvidenceChoice,
  preset: Exclude<EvidenceChoice['preset'], 'figure'>,
): EvidenceOutput {
  const digits = writtenDigits({ unit, digits: chosen });
  const evidence = recordedEvidence(side, against, {
    table,
    preset,
    unit,
    digits,
    ...(engine === undefined ? {} : { engines: [engine] }),
    appVersion,
  });
  return {
    kind: 'table',
    text: evidenceText(evidence, format),
    html: tableHtml(footnoted(evidence), styleOf(evidence.choices)),
    markdown: evidenceText(evidence, 'md'),
    fileName: fileName(table, side, isOfCycle(table) || isCompared(table) || table === 'cycles', format),
    mime: MIMES[format],
  };
}

/** As the command line is asked for them: what is not said is the default. */
export function writtenDigits({ unit, digits }: Pick<EvidenceChoice, 'unit' | 'digits'>): number | undefined {
  return unit === 'MiB' || digits === DEFAULT_FIGURE_STYLE.digits ? undefined : digits;
}

function figureOutput({ side, kept }: EvidenceInput, { figure, theme, unit, digits }: EvidenceChoice): EvidenceOutput {
  const style: FigureStyle = { ...DEFAULT_FIGURE_STYLE, theme, unit, digits };
  return {
    kind: 'figure',
    text: figure === 'kept' ? keptFigure(side, kept, style) : sideFigure(side, figure, style),
    html: '',
    markdown: '',
    fileName: fileName(`figure-${figure}`, side, figure !== 'ledger' && figure !== 'pair', 'svg'),
    mime: 'image/svg+xml',
  };
}

/** They may be of any recording, so no file is named. */
function keptFigure(side: RecordedSide, kept: EvidenceInput['kept'], style: FigureStyle): string {
  const look = foundLook(side);
  const { header, record } = side;
  const { moment } = look;
  const [policy, report] = [sidePolicy(header), sideReport(side, look)];
  const { isDemo } = header;
  const [node, engines] = [record.session, record.engines];
  const input = { moment, report, notes: [], policy, isDemo, node, engines, kept };
  return lookFigure('compare', input, style);
}

/** `residuum-gate-node-1-20260131T120002Z.md`: what, where and when, and nothing that a file system minds. */
function fileName(
  what: string,
  { record, target, found, header }: RecordedSide,
  isOfAll: boolean,
  ending: string,
): string {
  const host = record.session.moment?.sighting.snapshot.node.hostname ?? target;
  const name = host.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 40);
  const time = new Date(isOfAll ? header.startedMs : found.atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `residuum-${what}-${name}-${time}.${ending}`;
}
