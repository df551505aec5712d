// The syntax tree of a source file, from the parser that also builds it, and the imports found in it.
import { posix } from 'node:path';
import { parseSync, Visitor, type ESTree } from 'vite';
import { lineAt, type SourceFile } from './source-file.ts';

export interface Syntax {
  readonly program: ESTree.Program;
  readonly hasDefaultExport: boolean;
  readonly imports: readonly Import[];
  /** What is imported from files of this repository, as `path#name`; `path#*` for all that is there. */
  readonly uses: readonly string[];
}

/** An import, a re-export or a dynamic import; types count too, because a type is also knowledge of a folder. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The path in this repository, without `?raw`; undefined for a package. */
  readonly target: string | undefined;
  /** `@scope/name` or `name` or `node:…`; undefined for a file. */
  readonly packageName: string | undefined;
}

const parsed = new WeakMap<SourceFile, Syntax>();

export function syntaxOf(file: SourceFile): Syntax {
  const before = parsed.get(file);
  if (before !== undefined) return before;
  const result = parseSync(file.path, file.text);
  const [error] = result.errors;
  if (error !== undefined) throw new Error(`${file.path} cannot be parsed: ${error.message}`);
  const { module } = result;
  const requests = [
    ...module.staticImports.map((each) => each.moduleRequest),
    ...module.staticExports.flatMap((each) => each.entries.map((entry) => entry.moduleRequest)),
  ].filter((request) => request !== null);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    start,
    // The request is an expression; only a quoted one can be checked.
    value: /^(['"`])([^$]*)\1$/.exec(file.text.slice(start, end))?.[2],
  }));
  const typeImports: { start: number; value: string }[] = [];
  new Visitor({
    TSImportType(node) {
      typeImports.push({ start: node.source.start, value: node.source.value });
    },
  }).visit(result.program);
  const syntax: Syntax = {
    program: result.program,
    hasDefaultExport: module.staticExports.some((each) =>
      each.entries.some(
        (entry) => entry.exportName.kind === 'Default' || (entry.exportName.name === 'default' && !entry.isType),
      ),
    ),
    imports: [...requests, ...dynamic, ...typeImports].map((request) => importOf(file, request)),
    uses: [
      ...module.staticImports.flatMap(({ moduleRequest, entries }) =>
        entries.map(({ importName }) => `${importOf(file, moduleRequest).target}#${importName.name ?? '*'}`),
      ),
      ...dynamic.map((request) => `${importOf(file, request).target}#*`),
    ],
  };
  parsed.set(file, syntax);
  return syntax;
}

function importOf(file: SourceFile, request: { start: number; value: string | undefined }): Import {
  const line = lineAt(file.text, request.start);
  // An address that is only known at run time is given a name no table grants.
  const specifier = request.value ?? '(computed)';
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = posix.normalize(posix.join(posix.dirname(file.path), specifier.replace(/\?.*$/, '')));
    return { specifier, line, target, packageName: undefined };
  }
  const parts = specifier.split('/');
  const packageName = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
  return { specifier, line, target: undefined, packageName };
}
