// The tree and the matrix of a look in lines that a test writes down by hand.
import { total, type Tally } from '../../../shared/base/known.ts';
import { toMiB } from '../../../shared/base/units.ts';
import { engineTree } from '../../../renderer/view/tree/engine-tree.ts';
import { treeRows, type TreeRow, type TreeShown } from '../../../renderer/view/tree/engine-tree-rows.ts';
import { matrixOf } from '../../../renderer/view/matrix-cells.ts';
import { shortBus } from '../../../shared/ledger/short-bus.ts';
import { momentOf, POLICY } from './ledger-text.ts';

/** As it is shown at first. */
export const AT_FIRST: TreeShown = { opened: new Map(), attentionOnly: false };

/**
 *   - sglang :30000 model 4001 | 3482 [3B:00.0 1741, 41:00.0 1741] | accounted 9543.7 | gap −7,803 MiB | asleep inferred | pass
 *     + scheduler ×8 | 13928 (1741 to 1741) …
 */
export function treeText(text: string, shown: TreeShown = AT_FIRST): string {
  return rowsOf(text, shown).map(rowText).join('\n');
}

export function rowsOf(text: string, shown: TreeShown = AT_FIRST): TreeRow[] {
  return treeRows(engineTree(momentOf(text), POLICY), shown);
}

function rowText({ node, level, isOpen }: TreeRow): string {
  const mark = isOpen === undefined ? ' ' : isOpen ? '-' : '+';
  const inside = node.containerPid === undefined ? '' : ` (${node.containerPid} inside)`;
  const name = node.pid === undefined ? node.label : `${node.label} ${node.pid}${inside}`;
  const buses = [...node.perBus].map(([bus, tally]) => `${shortBus(bus)} ${tallyText(tally)}`).join(', ');
  const spread = node.spread === undefined ? '' : ` (${toMiB(node.spread.least)} to ${toMiB(node.spread.most)})`;
  const parts = [
    name,
    node.resident === undefined ? '' : `${tallyText(node.resident)}${spread} [${buses}]`,
    node.accounting === undefined ? '' : `accounted ${node.accounting.known ? mib(node.accounting.value) : '?'}`,
    node.gap === undefined ? '' : `gap ${node.gap.label}`,
    node.state === undefined ? '' : `${node.state.value} ${node.state.source}`,
    node.verdict?.text ?? '',
    node.attention ? '!' : '',
  ];
  return `${'  '.repeat(level - 1)}${mark} ${parts.filter((part) => part !== '').join(' | ')}`;
}

/** One line a process, one column a GPU; a foreign one in brackets, nothing as a dot. */
export function matrixText(text: string): string {
  const { columns, rows, more } = matrixOf(momentOf(text), POLICY);
  const lines = rows.map(({ name, pid, cells, sum }) => {
    const shown = cells.map(({ kind, text: cell }) =>
      kind === 'foreign' ? `[${cell}]` : kind === 'none' ? '.' : kind === 'unread' ? 'unread' : cell,
    );
    return `${name} ${pid}: ${shown.join(' ')} = ${tallyText(sum)}`;
  });
  return [
    columns.map(({ bus }) => shortBus(bus)).join(' '),
    ...lines,
    ...(more === 0 ? [] : [`and ${more} more`]),
  ].join('\n');
}

function tallyText(tally: Tally): string {
  const whole = total(tally);
  return whole.known ? String(mib(whole.value)) : `${mib(tally.atLeast)}+?`;
}

function mib(size: Parameters<typeof toMiB>[0]): number {
  return Number(toMiB(size).toFixed(1));
}
