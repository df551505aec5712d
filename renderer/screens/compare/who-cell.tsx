// Whom a row of a comparison is about: what it is, and below that whose; a name without an end stands whole in its title.
import type { ReactElement } from 'react';

export interface WhoCellProps {
  readonly name: string;
  /** Whose it is, its pids; empty texts are left out. */
  readonly more: readonly string[];
}

export function WhoCell({ name, more }: WhoCellProps): ReactElement {
  const below = more.filter((text) => text !== '').join(', ');
  return (
    <th scope="row" className="max-w-64 min-w-36 py-1 pr-2 pl-3 text-left font-normal">
      <span className="block truncate" title={name}>
        {name}
      </span>
      <span className="block truncate text-[12px] text-muted" title={below}>
        {below}
      </span>
    </th>
  );
}
