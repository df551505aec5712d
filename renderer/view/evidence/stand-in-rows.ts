// What redaction changes in a text: each name with its stand-in and how often it stands there.
import { printable } from '../../../shared/base/printable.ts';
import type { NameKind, NamePair } from '../../../shared/redaction/stand-ins.ts';

export interface StandInRow {
  readonly kind: string;
  readonly name: string;
  readonly standIn: string;
  readonly count: number;
}

export interface StandInRows {
  /** The most frequent first. */
  readonly inText: readonly StandInRow[];
  /** Names that the recording has and this text has not, such as `4 paths`. */
  readonly others: readonly string[];
}

const KINDS: Readonly<Record<NameKind, readonly [one: string, many: string]>> = {
  node: ['host', 'hosts'],
  user: ['user', 'users'],
  address: ['address', 'addresses'],
  path: ['path', 'paths'],
  model: ['model', 'models'],
  arg: ['word of a command line', 'words of command lines'],
  mark: ['mark', 'marks'],
  class: ['class', 'classes'],
  group: ['control group', 'control groups'],
  boot: ['boot id', 'boot ids'],
  gpu: ['GPU id', 'GPU ids'],
  comm: ['name of a process', 'names of processes'],
};

export function standInRows(names: readonly NamePair[], text: string): StandInRows {
  const seen = new Map<string, number>();
  for (const [word] of text.matchAll(/[a-z]+[-_]\d+/g)) {
    const standIn = word.replace('_', '-');
    seen.set(standIn, (seen.get(standIn) ?? 0) + 1);
  }
  const rows = names.map(({ kind, name, standIn }) => ({
    kind,
    name: printable(name),
    standIn,
    count: seen.get(standIn) ?? 0,
  }));
  const others = new Map<NameKind, number>();
  for (const { kind, count } of rows) if (count === 0) others.set(kind, (others.get(kind) ?? 0) + 1);
  return {
    inText: rows
      .filter(({ count }) => count > 0)
      .toSorted((one, other) => other.count - one.count)
      .map((row) => ({ ...row, kind: KINDS[row.kind][0] })),
    others: [...others].map(([kind, count]) => `${count} ${KINDS[kind][count === 1 ? 0 : 1]}`),
  };
}
