// Guards the shape of files: size, name, first line, no default exports, nothing mutable at the top level.
import { isCode, isTypeScript, lineAt, type Finding, type Guard } from './source-file.ts';
import { syntaxOf } from './syntax.ts';

const MOST_LINES = 400;
/** A name that says nothing collects everything. */
const EMPTY_NAMES = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'index']);

export const sizeGuard: Guard = (files) =>
  files.filter(isCode).flatMap(({ path, text }): Finding[] => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    if (lines <= MOST_LINES) return [];
    return [{ path, line: 0, says: `${lines} lines; the limit is ${MOST_LINES}: split it by noun` }];
  });

/** Only code: index.html is a page, and Markdown names what it likes. */
export const nameGuard: Guard = (files) =>
  files.filter(isCode).flatMap(({ path }): Finding[] => {
    const parts = path.split('/').flatMap((part) => part.replace(/\..*$/, '').split('-'));
    const empty = parts.find((part) => EMPTY_NAMES.has(part));
    if (empty !== undefined)
      return [{ path, line: 0, says: `'${empty}' says nothing: name the file for what it holds` }];
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/.test(name)) return [];
    return [{ path, line: 0, says: 'file names are kebab-case' }];
  });

/** A sentence of at least this many letters; a licence or a tool's directive is not one. */
const SENTENCE = /[A-Za-z](?:[^A-Za-z]*[A-Za-z]){11}/;

export const firstLineGuard: Guard = (files) =>
  files.filter(isCode).flatMap(({ path, text }): Finding[] => {
    const [first = '', second = ''] = text.split('\n');
    const opening = first.startsWith('#!') ? second : first;
    const comment = /\.(?:tsx?|mjs|css)$/.test(path) ? /^(?:\/\/(?!\/)|\/\*\*?)(.*)$/ : /^#(?!!)(.*)$/;
    const words = comment.exec(opening)?.[1];
    const isDirective = words !== undefined && /^\s*(?:@ts-|eslint|oxlint|prettier|shellcheck|@vitest)/.test(words);
    if (words !== undefined && SENTENCE.test(words) && !isDirective) return [];
    return [{ path, line: 1, says: 'the first line must be a comment that says what the file is for' }];
  });

/** vite.config.ts is the one file whose reader wants a default export. */
export const defaultExportGuard: Guard = (files) =>
  files
    .filter((file) => isTypeScript(file) && file.path !== 'vite.config.ts' && syntaxOf(file).hasDefaultExport)
    .map(({ path }) => ({ path, line: 0, says: 'no default exports: a thing has one name everywhere' }));

/** A `let` outside a function is a singleton with another name. */
export const topLevelLetGuard: Guard = (files) =>
  files
    .filter((file) => isTypeScript(file) && /^(?:shared|node)\//.test(file.path))
    .flatMap((file) =>
      syntaxOf(file).program.body.flatMap((statement): Finding[] => {
        const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
        if (declared?.type !== 'VariableDeclaration' || declared.declare === true) return [];
        if (declared.kind !== 'let' && declared.kind !== 'var') return [];
        return [
          {
            path: file.path,
            line: lineAt(file.text, declared.start),
            says: `no top-level ${declared.kind}: pass it in`,
          },
        ];
      }),
    );
