// The list of targets in its groups, narrowed to what was typed.
import type { TargetEntry } from '../../shared/rpc/contract.ts';

export interface TargetGroup {
  readonly kind: TargetEntry['kind'];
  readonly title: string;
  readonly entries: readonly TargetEntry[];
}

const GROUPS: readonly (readonly [TargetEntry['kind'], string])[] = [
  ['recent', 'Recent'],
  ['ssh-config', 'From ssh configuration'],
  ['local', 'This machine'],
  ['demo', 'Demo'],
];

/** Every word that was typed must be somewhere in an entry. A target among the recent ones is not listed again. */
export function targetGroups(entries: readonly TargetEntry[], typed: string): TargetGroup[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const recent = new Set(entries.filter(({ kind }) => kind === 'recent').map(({ target }) => target));
  return GROUPS.flatMap(([kind, title]) => {
    const found = entries
      .filter((each) => each.kind === kind && (kind === 'recent' || !recent.has(each.target)))
      .filter(({ target, label, detail }) => {
        const text = `${target} ${label} ${detail}`.toLowerCase();
        return words.every((word) => text.includes(word));
      });
    return found.length === 0 ? [] : [{ kind, title, entries: found }];
  });
}

/** What was typed as a target of its own, when no entry is exactly that and it could be one. */
export function typedTarget(entries: readonly TargetEntry[], typed: string): string | undefined {
  const text = typed.trim().replace(/^ssh\s+/, '');
  if (text === '' || /\s/.test(text)) return undefined;
  return entries.some(({ target }) => target === text) ? undefined : text;
}
