// The JSON Schemas under docs/formats, made from the checks that the program itself runs before it prints.
import { z } from 'zod';
import { compareReportSchema } from './compare/compare-schema.ts';
import { compareRepeatsSchema } from './compare/compare-repeats-schema.ts';
import { compareStatesSchema } from './compare/compare-states-schema.ts';
import { gateReportSchema } from './gate/gate-schema.ts';
import { recordingReportSchema } from './recording/recording-schema.ts';
import { snapshotReportSchema } from './gate/snapshot-schema.ts';
import { tableSchema } from './table/table-schema.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The text of each file of docs/formats, by its name. */
export function publishedSchemas(): ReadonlyMap<string, string> {
  const gate = described(gateReportSchema, 'gate.schema.json', 'residuum.gate/1: what `residuum gate --json` prints');
  const snapshot = described(
    snapshotReportSchema,
    'snapshot.schema.json',
    'residuum.snapshot/1: what `residuum probe --json` prints',
  );
  const watch = {
    $schema: DRAFT,
    $id: 'watch.schema.json',
    title: 'One line of `residuum watch --json`: a gate object for each sample',
    $ref: 'gate.schema.json',
  };
  const report = described(
    recordingReportSchema,
    'report.schema.json',
    'residuum.report/1: what `residuum report --json` prints',
  );
  const compare = described(
    compareReportSchema,
    'compare.schema.json',
    'residuum.compare/1: what `residuum compare --json` prints',
  );
  const repeats = described(
    compareRepeatsSchema,
    'compare-repeats.schema.json',
    'residuum.compare-repeats/1: what `residuum compare --json` prints of several cycles or ranks',
  );
  const states = described(
    compareStatesSchema,
    'compare-states.schema.json',
    'residuum.compare-states/1: what `residuum compare --states --json` prints',
  );
  const table = described(
    tableSchema,
    'table.schema.json',
    'residuum.table/1: what `residuum export --format json` writes',
  );
  const files = {
    'gate.schema.json': gate,
    'snapshot.schema.json': snapshot,
    'watch.schema.json': watch,
    'report.schema.json': report,
    'compare.schema.json': compare,
    'compare-repeats.schema.json': repeats,
    'compare-states.schema.json': states,
    'table.schema.json': table,
  };
  return new Map(Object.entries(files).map(([name, schema]) => [name, jsonText(schema)]));
}

function described(schema: z.ZodType, $id: string, title: string): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', reused: 'inline' });
  return { $schema: $schema ?? DRAFT, $id, title, ...rest };
}

const LINE_WIDTH = 120;

/** As the formatter of this repository writes JSON: two blanks deep, and lists of words on one line where they fit. */
function jsonText(value: object): string {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  return text.replace(/^(.*)\[\n([^[\]{}]*)\n *\](,?)$/gm, (whole, before: string, items: string, comma: string) => {
    const words = items.split('\n').map((item) => item.trim());
    const line = `${before}[${words.join(' ')}]${comma}`;
    return line.length <= LINE_WIDTH ? line : whole;
  });
}
