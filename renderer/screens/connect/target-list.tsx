// The list of targets: type to filter, arrows to choose, Enter to connect. What was typed is a target of its own.
import { Search } from 'lucide-react';
import { useEffect, useId, useMemo, useState, type KeyboardEvent, type ReactElement, type Ref } from 'react';
import type { TargetEntry } from '../../../shared/rpc/contract.ts';
import { targetGroups, typedTarget } from '../../view/target-groups.ts';

export interface TargetListProps {
  /** undefined while the host has not told them. */
  readonly targets: readonly TargetEntry[] | undefined;
  readonly notes: readonly string[];
  readonly fieldRef: Ref<HTMLInputElement>;
  readonly onActive: (target: string | undefined) => void;
  readonly onConnect: (target: string) => void;
}

export function TargetList({ targets, notes, fieldRef, onActive, onConnect }: TargetListProps): ReactElement {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const id = useId();
  const groups = useMemo(() => targetGroups(targets ?? [], typed), [targets, typed]);
  const own = typedTarget(targets ?? [], typed);
  const order = [
    ...(own === undefined ? [] : [own]),
    ...groups.flatMap(({ entries }) => entries.map((each) => each.target)),
  ];
  const found = groups.flatMap(({ entries }) => entries);
  const usable = found.find(({ problem }) => problem === '') ?? found[0];
  // What is found comes before what was typed: "gpu" should choose gpu-01 and not a host called gpu.
  const first = usable?.target ?? own;
  const active = chosen !== undefined && order.includes(chosen) ? chosen : first;

  useEffect(() => onActive(active), [active, onActive]);

  const rowId = (target: string): string => `${id}-${order.indexOf(target)}`;
  const step = (by: number): void => {
    const at = active === undefined ? -1 : order.indexOf(active);
    const next = order[Math.min(order.length - 1, Math.max(0, at + by))];
    setChosen(next);
    if (next !== undefined) document.getElementById(rowId(next))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (move !== undefined) step(move);
    else if (event.key === 'Enter' && active !== undefined) onConnect(active);
    else if (event.key === 'Escape' && typed !== '') setTyped('');
    // The keys of the page work again.
    else if (event.key === 'Escape') document.getElementById('content')?.focus();
    else return;
    event.preventDefault();
  };
  const row = (target: string, label: string, detail: string, problem: string): ReactElement => (
    <div
      key={target}
      id={rowId(target)}
      role="option"
      aria-selected={target === active}
      className="cursor-pointer rounded px-3 py-1.5 aria-selected:bg-sunken aria-selected:shadow-[inset_3px_0_0_var(--accent)]"
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => setChosen(target)}
      onDoubleClick={() => onConnect(target)}
    >
      <span className="block wrap-anywhere">{label}</span>
      {detail === '' ? null : <span className="block text-xs text-muted wrap-anywhere">{detail}</span>}
      {problem === '' ? null : <span className="block text-xs text-inconclusive wrap-anywhere">{problem}</span>}
    </div>
  );

  return (
    <div className="flex min-h-0 flex-col gap-2">
      <label htmlFor={`${id}-field`} className="text-[13px]">
        Filter, or type <span className="font-mono text-xs">[user@]host[:port]</span> and press Enter
      </label>
      <div className="relative">
        <Search size={16} aria-hidden className="pointer-events-none absolute top-2.5 left-3 text-muted" />
        <input
          ref={fieldRef}
          id={`${id}-field`}
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={active === undefined ? undefined : rowId(active)}
          aria-autocomplete="list"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          className="h-9 w-full rounded border border-line-strong bg-panel pr-3 pl-9"
          placeholder="gpu-01, me@10.0.0.5:2222, local, demo"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(undefined);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Nodes"
        className="min-h-0 flex-1 overflow-y-auto rounded border border-line bg-panel p-1"
      >
        {own === undefined ? null : (
          <div role="group" aria-label="As typed">
            {row(own, `Connect to ${own}`, 'As typed; your ssh configuration applies.', '')}
          </div>
        )}
        {groups.map(({ kind, title, entries }) => (
          <div key={kind} role="group" aria-label={title}>
            <div aria-hidden className="px-3 pt-2 pb-1 text-xs font-semibold text-muted">
              {title}
            </div>
            {entries.map(({ target, label, detail, problem }) => row(target, label, detail, problem))}
          </div>
        ))}
        {targets === undefined ? <p className="px-3 py-2 text-muted">Reading the list of nodes.</p> : null}
      </div>
      {notes.map((note) => (
        <p key={note} className="text-xs text-muted wrap-anywhere">
          {note}
        </p>
      ))}
    </div>
  );
}
