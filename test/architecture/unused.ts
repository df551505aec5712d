// Guards against code that only its tests call: every value that a program's file exports is used by a program.
import { Visitor } from 'vite';
import { isTypeScript, lineAt, topFolder, type Finding, type Guard, type SourceFile } from './source-file.ts';
import { syntaxOf } from './syntax.ts';

/** What runs in front of a user; scripts and the build may use it too. Tests, the stage and the bench do not count. */
const PROGRAMS = new Set(['shared', 'node', 'cli', 'web', 'electron', 'renderer']);
const USERS = new Set([...PROGRAMS, 'scripts', '']);

interface Exported {
  readonly name: string;
  readonly start: number;
}

/** `exempt`: a name, as `path#name`, and why nobody calls it. One that is called, or is gone, is a finding too. */
export function unusedGuard(exempt: ReadonlyMap<string, string>): Guard {
  return (files) => {
    const users = files.filter((file) => isTypeScript(file) && USERS.has(topFolder(file.path)));
    const used = new Set(users.flatMap((file) => syntaxOf(file).uses));
    const unused = users
      .filter(({ path }) => PROGRAMS.has(topFolder(path)))
      .flatMap((file) =>
        exportedValues(file)
          .filter(({ name }) => !used.has(`${file.path}#${name}`) && !used.has(`${file.path}#*`))
          .filter(({ name }) => timesNamed(file, name) < 2)
          .map(({ name, start }) => ({ file, name, start })),
      );
    const seen = new Set(unused.map(({ file, name }) => `${file.path}#${name}`));
    const findings = unused
      .filter(({ file, name }) => !exempt.has(`${file.path}#${name}`))
      .map(({ file, name, start }): Finding => {
        const says = `nothing but tests uses ${name}: take it out, or move it to test/kit`;
        return { path: file.path, line: lineAt(file.text, start), says };
      });
    const stale = [...exempt.keys()].filter((each) => !seen.has(each));
    return [...findings, ...stale.map((each) => ({ path: each, line: 0, says: 'is used, or gone: no exemption' }))];
  };
}

/** Functions, classes and constants; a type costs nothing at run time and often names what a function gives. */
function exportedValues(file: SourceFile): Exported[] {
  return syntaxOf(file).program.body.flatMap((statement): Exported[] => {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration === null) return [];
    const { declaration } = statement;
    if (declaration.type === 'VariableDeclaration') {
      return declaration.declarations.flatMap(({ id, start }) =>
        id.type === 'Identifier' ? [{ name: id.name, start }] : [],
      );
    }
    const isValue = declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration';
    return isValue && declaration.id !== null ? [{ name: declaration.id.name, start: declaration.start }] : [];
  });
}

function timesNamed(file: SourceFile, name: string): number {
  const seen = { times: 0 };
  const count = (node: { readonly name: string }): void => {
    if (node.name === name) seen.times += 1;
  };
  new Visitor({ Identifier: count, JSXIdentifier: count }).visit(syntaxOf(file).program);
  return seen.times;
}
