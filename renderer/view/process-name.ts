// What a process is called on the screen: its role and rank where it is a part of an engine, else its title.
import { printable } from '../../shared/base/printable.ts';
import type { ProcessRole } from '../../shared/engines/process-role.ts';
import type { HostProcess } from '../../shared/model/snapshot.ts';

/** The command line, or the name where there is none; safe to show, may be long. */
export function processTitle({ title, comm, pid }: HostProcess): string {
  if (title !== '') return printable(title);
  return comm === '' ? `pid ${pid}` : printable(comm);
}

/** `scheduler DP0 TP1`; empty for what has no role in an engine. */
export function rankName(role: ProcessRole | undefined): string {
  if (role === undefined || role.engineKind === null) return '';
  const { rank } = role;
  const parts =
    rank === null
      ? []
      : (['dp', 'pp', 'tp', 'ep'] as const).flatMap((each) => {
          const value = rank[each];
          return value === null ? [] : [`${each.toUpperCase()}${value}`];
        });
  return [role.role, ...parts].join(' ');
}
