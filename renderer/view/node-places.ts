// What nodes are called beside each other in the navigation: by their host, and where two are of one host by what else
// tells them apart.

export interface NamedNode {
  /** Of its host. */
  readonly name: string;
  /** Of the file that it is recorded in; empty where it is watched. */
  readonly file: string;
}

/** One for each, in their order: `gpu-01`, or `main, gpu-01` for one of two recordings of a host. */
export function nodePlaces(nodes: readonly NamedNode[]): string[] {
  return nodes.map(({ name, file }) => {
    const isAlone = nodes.filter((other) => other.name === name).length === 1;
    const plain = file.replace(/(\.residuum)?(\.jsonl)?(\.gz)?$/, '');
    return isAlone || plain === '' ? name : `${plain}, ${name}`;
  });
}
