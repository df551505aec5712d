// Reads one line that a host writes to the probe, as the probe itself reads it. See docs/formats/wire.md.

export interface DemoRequest {
  readonly kind: 'sample' | 'devices';
  readonly id: string;
  readonly full: boolean;
  readonly roots: ReadonlySet<number>;
  readonly patterns: readonly string[];
  readonly want: ReadonlySet<string>;
}

/** undefined: a line that the probe passes over. */
export function readRequest(line: string): DemoRequest | 'cancel' | undefined {
  const [verb, id = '', ...options] = line.split(/[ \t]+/).filter((word) => word !== '');
  if (verb === 'cancel') return 'cancel';
  if ((verb !== 'sample' && verb !== 'devices') || !/^[0-9A-Za-z]+$/.test(id)) return undefined;
  const values = (key: string): string[] =>
    options
      .filter((option) => option.startsWith(`${key}=`))
      .flatMap((option) => option.slice(key.length + 1).split(','))
      .filter((value) => value !== '');
  return {
    kind: verb,
    id,
    full: options.includes('full=1'),
    roots: new Set(
      values('roots')
        .filter((value) => /^\d+$/.test(value))
        .map(Number),
    ),
    patterns: values('patterns').map(decodePattern),
    want: new Set(values('want')),
  };
}

/** The percent sign last, as it encodes the others. */
function decodePattern(pattern: string): string {
  return pattern.replaceAll('%20', ' ').replaceAll('%2C', ',').replaceAll('%25', '%');
}
