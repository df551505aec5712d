// SELECTOR: pid:N, port:N, kind:sglang, title:TEXT. Names engines on the command line and in the app.
import { ENGINE_KINDS } from '../engines/engine-definition.ts';
import type { HostProcess } from '../model/snapshot.ts';
import type { Subject } from './subject.ts';

export type Selector =
  | { readonly by: 'pid'; readonly pid: number }
  | { readonly by: 'port'; readonly port: number }
  | { readonly by: 'kind'; readonly kind: string }
  | { readonly by: 'title'; readonly text: string };

/** undefined when the text is no selector. */
export function parseSelector(text: string): Selector | undefined {
  const at = text.indexOf(':');
  const by = text.slice(0, at);
  const value = text.slice(at + 1);
  if (at === -1 || value === '') return undefined;
  switch (by) {
    case 'pid':
      return /^\d{1,7}$/.test(value) ? { by, pid: Number(value) } : undefined;
    case 'port':
      return /^\d{1,5}$/.test(value) ? { by, port: Number(value) } : undefined;
    case 'kind':
      return { by, kind: value };
    case 'title':
      return { by, text: value };
    default:
      return undefined;
  }
}

/** As it was typed. */
export function selectorText(selector: Selector): string {
  switch (selector.by) {
    case 'pid':
      return `pid:${selector.pid}`;
    case 'port':
      return `port:${selector.port}`;
    case 'kind':
      return `kind:${selector.kind}`;
    case 'title':
      return `title:${selector.text}`;
  }
}

export const SELECTOR_GRAMMAR = `pid:N, port:N, ${ENGINE_KINDS.map((kind) => `kind:${kind}`).join(', ')}, or title:TEXT`;

/** As much of a subject as a selector reads. */
export type Selectable = Pick<Subject, 'kind' | 'rootPid' | 'title' | 'ports'> & {
  readonly members: readonly Pick<HostProcess, 'pid' | 'title'>[];
};

/** A pid selects the engine that it belongs to, so any process of the tree will do. */
export function selects(selector: Selector, subject: Selectable): boolean {
  switch (selector.by) {
    case 'pid':
      return subject.rootPid === selector.pid || subject.members.some((member) => member.pid === selector.pid);
    case 'port':
      return subject.ports.includes(selector.port);
    case 'kind':
      return subject.kind === selector.kind;
    case 'title':
      return (
        subject.title.includes(selector.text) || subject.members.some((member) => member.title.includes(selector.text))
      );
  }
}

/**
 * What `--expect-awake` exempts. An orphan is no engine that anybody expects: only its pid, and nothing that also
 * describes a living engine, says that it is meant.
 */
export function exempts(selector: Selector, subject: Subject): boolean {
  return selects(selector, subject) && (subject.rootPid !== null || selector.by === 'pid');
}
