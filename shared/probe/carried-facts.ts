// The lines that a probe sends once in a connection, kept so that a later frame can be read on its own.

/** `node` lines by their key, `fact` lines by pid and start. The lines are as the probe wrote them. */
export interface CarriedFacts {
  readonly node: ReadonlyMap<string, string>;
  readonly processes: ReadonlyMap<string, string>;
}

export const NOTHING_CARRIED: CarriedFacts = { node: new Map(), processes: new Map() };

/**
 * What is known after this frame. Facts of processes that a sample no longer lists are forgotten, as the parser does it,
 * so that a long session does not grow.
 */
export function withFrameFacts(carried: CarriedFacts, text: string): CarriedFacts {
  const node = new Map(carried.node);
  const processes = new Map(carried.processes);
  const listed = new Set<string>();
  const [begin = '', ...lines] = text.split('\n');
  for (const line of lines) {
    const [word, first = '', second = ''] = line.split('\t', 3);
    if (word === 'node') node.set(first, line);
    else if (word === 'fact') processes.set(`${first}@${second}`, line);
    else if (word === 'proc') listed.add(`${first}@${second}`);
  }
  if (begin.split('\t')[3] === 'sample') {
    for (const key of processes.keys()) if (!listed.has(key)) processes.delete(key);
  }
  return { node, processes };
}

/** As a frame carries them. */
export function carriedLines({ node, processes }: CarriedFacts): string[] {
  return [...node.values(), ...processes.values()];
}
