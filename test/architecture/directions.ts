// Guards the directions of imports: between folders, inside shared, and to packages; and finds grants that nobody uses.
import { isTypeScript, topFolder, type Finding, type Guard, type SourceFile } from './source-file.ts';
import { syntaxOf, type Import } from './syntax.ts';
import type { Grants } from './table.ts';

const TABLE = 'test/architecture/table.ts';

/** An import from one part of the code to another, `part` being a folder name of the table. */
interface Edge {
  readonly file: SourceFile;
  readonly seen: Import;
  readonly from: string;
  readonly to: string;
}

type PartOf = (path: string) => string | undefined;

/** `a/b.ts` belongs to `a`; a file at the root (vite.config.ts) belongs to no folder. */
export const byTopFolder: PartOf = (path) => (path.includes('/') ? topFolder(path) : undefined);

/** `shared/a/b.ts` belongs to `a`; everything else to no layer. */
export const bySharedLayer: PartOf = (path) => /^shared\/([^/]+)\//.exec(path)?.[1];
export const byNodeLayer: PartOf = (path) => /^node\/([^/]+)\//.exec(path)?.[1];

function edgesOf(files: readonly SourceFile[], partOf: PartOf): readonly Edge[] {
  return files.filter(isTypeScript).flatMap((file) => {
    const from = partOf(file.path);
    if (from === undefined) return [];
    return syntaxOf(file).imports.flatMap((seen) => {
      const to = seen.target === undefined ? undefined : partOf(seen.target);
      return to === undefined || to === from ? [] : [{ file, seen, from, to }];
    });
  });
}

/** Every import between parts must be in the table, and every part that has code must have a row. */
export function directionGuard(grants: Grants, partOf: PartOf): Guard {
  return (files) => {
    const parts = new Map(files.filter(isTypeScript).map((file) => [partOf(file.path), file.path]));
    const rowless = [...parts].flatMap(([part, path]): Finding[] =>
      part === undefined || Object.hasOwn(grants, part)
        ? []
        : [{ path, line: 0, says: `the folder ${part} has no row in ${TABLE}` }],
    );
    const forbidden = edgesOf(files, partOf)
      .filter(({ from, to }) => grants[from]?.includes(to) !== true)
      .map(({ file, seen, from, to }) => ({
        path: file.path,
        line: seen.line,
        says: `${from} must not import ${to} ('${seen.specifier}'); the table is ${TABLE}`,
      }));
    return [...rowless, ...forbidden];
  };
}

/**
 * A grant that nobody uses is a hole waiting for an accident. It is asked for only once both folders have code, so
 * that a folder may be written bottom-up. A grant to a folder that the table does not know is always dead.
 */
export function deadGrantGuard(grants: Grants, partOf: PartOf): Guard {
  return (files) => {
    const parts = new Set(files.filter(isTypeScript).map((file) => partOf(file.path)));
    const used = new Set(edgesOf(files, partOf).map(({ from, to }) => `${from} ${to}`));
    return Object.entries(grants).flatMap(([from, row]) =>
      row.flatMap((to): Finding[] => {
        const written = parts.has(from) && parts.has(to);
        const misspelt = !Object.hasOwn(grants, to);
        if (!misspelt && (!written || used.has(`${from} ${to}`))) return [];
        const why = misspelt ? `no folder of the table is called ${to}` : 'no file uses it';
        return [{ path: TABLE, line: 0, says: `the grant ${from} -> ${to} is dead: ${why}` }];
      }),
    );
  };
}

function granted(places: readonly string[], path: string): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}

function grantName(packageName: string): string {
  return packageName.startsWith('node:') ? 'node:' : packageName;
}

/** Every package is imported only where its row says. */
export function packageGuard(grants: Grants): Guard {
  return (files) =>
    files.filter(isTypeScript).flatMap((file) =>
      syntaxOf(file).imports.flatMap(({ packageName, line, specifier }): Finding[] => {
        if (packageName === undefined || isComputedInScripts(file, specifier)) return [];
        const places = grants[grantName(packageName)];
        if (places !== undefined && granted(places, file.path)) return [];
        const says =
          places === undefined
            ? `no row of ${TABLE} grants the package '${specifier}'`
            : `'${packageName}' may be imported only in ${places.join(', ')}`;
        return [{ path: file.path, line, says }];
      }),
    );
}

/** These start what was built, under a path that exists only then. */
function isComputedInScripts(file: SourceFile, specifier: string): boolean {
  const starts = file.path.startsWith('scripts/') || file.path === 'test/fake-electron/start.mjs';
  return specifier === '(computed)' && starts;
}

/** A place of a package's row in which code exists and nobody imports the package. */
export function deadPackageGuard(grants: Grants): Guard {
  return (files) => {
    const code = files.filter(isTypeScript);
    return Object.entries(grants).flatMap(([name, places]) =>
      places.flatMap((place): Finding[] => {
        const there = code.filter((file) => granted([place], file.path));
        const isNamedFile = !place.endsWith('/');
        if (there.length === 0 && !isNamedFile) return [];
        const used = there.some((file) =>
          syntaxOf(file).imports.some((seen) => seen.packageName !== undefined && grantName(seen.packageName) === name),
        );
        return used
          ? []
          : [{ path: TABLE, line: 0, says: `the grant of '${name}' to ${place} is dead: nobody uses it` }];
      }),
    );
  };
}

/** An import names the file that it means, with its ending: Node, Vite and this test must resolve it alike. */
export const resolutionGuard: Guard = (files) => {
  const paths = new Set(files.map((file) => file.path));
  return files
    .filter(isTypeScript)
    .flatMap((file) =>
      syntaxOf(file).imports.flatMap(({ target, line, specifier }): Finding[] =>
        target === undefined || paths.has(target)
          ? []
          : [{ path: file.path, line, says: `'${specifier}' is not a file of this repository` }],
      ),
    );
};

/** Files that import each other, directly or round a corner; reported once, at the first file by name. */
export const cycleGuard: Guard = (files) => {
  const graph = new Map(
    files.filter(isTypeScript).map((file) => [
      file.path,
      syntaxOf(file)
        .imports.map((seen) => seen.target)
        .filter((target) => target !== undefined),
    ]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const findings: Finding[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      const round = [...trail.slice(trail.indexOf(path)), path];
      findings.push({ path, line: 0, says: `import cycle: ${round.join(' -> ')}` });
      return;
    }
    state.set(path, 'open');
    for (const target of graph.get(path) ?? []) if (graph.has(target)) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of [...graph.keys()].sort()) visit(path, []);
  return findings;
};
