// Guards over documents: what they say about files, commands, folders and packages is so.
import { posix } from 'node:path';
import { isCode, topFolder, type Finding, type Guard, type SourceFile } from '../architecture/source-file.ts';
import { readMarkdown, type Words } from './markdown.ts';

function documents(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter((file) => file.path.endsWith('.md'));
}

/** Every file, and every folder above one, without a slash at the end. */
function placesOf(files: readonly SourceFile[]): ReadonlySet<string> {
  const places = new Set<string>(['.']);
  for (const { path } of files) {
    for (let at = path; at !== '.'; at = posix.dirname(at)) places.add(at);
  }
  return places;
}

/** A path as people write one: a folder, a slash, and an ending that we use; or a folder with a slash at the end. */
const PATH =
  /^(?!\.\.?\/|dist\/|node_modules\/|\.cache\/)[\w.@-]+(?:\/[\w.@*-]+)*(?:\/[\w.@*-]+\.(?:ts|tsx|mjs|sh|awk|pl|md|json|svg)|\/)$/;
const ROOT_DOCUMENT = /^[A-Z][A-Z_]+\.md$/;
/** Stand-ins in a path: `shared/engines/NAME.ts`, `docs/decisions/NNNN-title.md`, `test/*.test.ts`. */
const STAND_IN = /\bN{4}-[a-z*]+|NAME|\*+/g;

/** Each path in back-ticks exists. A stand-in must fit at least one file. */
export const pathGuard: Guard = (files) => {
  const places = placesOf(files);
  const exists = (path: string): boolean => {
    if (places.has(path)) return true;
    if (path.search(STAND_IN) === -1) return false;
    const parts = path.split(STAND_IN).map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
    const fits = new RegExp(`^${parts.join('[^/]+')}$`);
    return [...places].some((place) => fits.test(place));
  };
  return documents(files).flatMap((file) =>
    readMarkdown(file.text).inlineCode.flatMap(({ text, line }): Finding[] => {
      const bare = text.replace(/:\d+(?:-\d+)?$/, '');
      if (!PATH.test(bare) && !ROOT_DOCUMENT.test(bare)) return [];
      if (exists(bare.replace(/\/$/, ''))) return [];
      return [{ path: file.path, line, says: `\`${text}\` does not exist` }];
    }),
  );
};

/** Each relative link leads to a file of this repository, and its anchor to a heading. */
export const linkGuard: Guard = (files) => {
  const places = placesOf(files);
  const anchors = new Map(documents(files).map((file) => [file.path, readMarkdown(file.text).anchors]));
  return documents(files).flatMap((file) =>
    readMarkdown(file.text).links.flatMap(({ text, line }): Finding[] => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return [];
      const [written = '', anchor] = text.split('#');
      const target = written === '' ? file.path : posix.normalize(posix.join(posix.dirname(file.path), written));
      if (!places.has(target.replace(/\/$/, '')))
        return [{ path: file.path, line, says: `the link ${text} leads nowhere` }];
      if (anchor === undefined || anchors.get(target)?.has(anchor) === true) return [];
      return [{ path: file.path, line, says: `the link ${text} names no heading of ${target}` }];
    }),
  );
};

function commandsIn(file: SourceFile): readonly Words[] {
  const { inlineCode, fencedLines } = readMarkdown(file.text);
  return [...inlineCode, ...fencedLines];
}

/** `npm start` and `npm test` are scripts too. `npm ci` and `npm install` are npm's own. */
const NPM_SCRIPT = /\bnpm\s+(?:(start|test)\b|run(?:-script)?\s+(?:--?[a-z-]+\s+)*([a-z][\w:-]*))/g;

export const scriptGuard: Guard = (files) => {
  const manifest = files.find((file) => file.path === 'package.json');
  const { scripts = {} } = JSON.parse(manifest?.text ?? '{}') as { scripts?: Readonly<Record<string, string>> };
  return documents(files).flatMap((file) =>
    commandsIn(file).flatMap(({ text, line }) =>
      [...text.matchAll(NPM_SCRIPT)].flatMap((match): Finding[] => {
        const name = match[1] ?? match[2] ?? '';
        if (Object.hasOwn(scripts, name)) return [];
        return [{ path: file.path, line, says: `\`${match[0]}\`: package.json has no script ${name}` }];
      }),
    ),
  );
};

/** At the start of a line or after a prompt, a pipe or `&&`; and behind `npm run cli --`. */
const RESIDUUM =
  /(?:(?:^|[$|;]|&&)\s*(?:npx\s+)?residuum|\bnpm\s+run\s+(?:--?[a-z-]+\s+)*cli\s+(?:--?[a-z-]+\s+)*--)\s+([a-z][a-z-]*)(?=\s|$|`)/g;

/** `residuum x` names a file of cli/commands/. `help` is the argument parser's own. */
export const commandGuard: Guard = (files) => {
  const commands = new Set(files.map((file) => /^cli\/commands\/([a-z-]+)\.ts$/.exec(file.path)?.[1]));
  return documents(files).flatMap((file) =>
    commandsIn(file).flatMap(({ text, line }) =>
      [...text.matchAll(RESIDUUM)].flatMap((match): Finding[] => {
        const name = match[1] ?? '';
        if (name === 'help' || commands.has(name)) return [];
        return [{ path: file.path, line, says: `residuum ${name}: there is no cli/commands/${name}.ts` }];
      }),
    ),
  );
};

/** The map of the code names every folder that holds code. */
export const mapGuard: Guard = (files) => {
  const map = files.find((file) => file.path === 'ARCHITECTURE.md');
  if (map === undefined) return [];
  const folders = new Set(
    files.filter((file) => isCode(file) && /^[a-z]/.test(file.path)).map((file) => topFolder(file.path)),
  );
  folders.delete('');
  return [...folders]
    .sort()
    .flatMap((folder): Finding[] =>
      new RegExp(`(?:^|[^\\w/])${folder}/`, 'm').test(map.text)
        ? []
        : [{ path: map.path, line: 0, says: `does not name the folder ${folder}/` }],
    );
};

const DEPENDENCIES = 'docs/dependencies.md';

/** One line a dependency: a list item that begins with its name in back-ticks. */
export const dependencyGuard: Guard = (files) => {
  const manifest = JSON.parse(files.find((file) => file.path === 'package.json')?.text ?? '{}') as {
    dependencies?: Readonly<Record<string, string>>;
    devDependencies?: Readonly<Record<string, string>>;
  };
  const used = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  const text = files.find((file) => file.path === DEPENDENCIES)?.text ?? '';
  const told = [...text.matchAll(/^- `([^`]+)`/gm)].map((match) => match[1] ?? '');
  return [
    ...[...used].filter((name) => !told.includes(name)).map((name) => `does not say why ${name} is used`),
    ...told.filter((name) => !used.has(name)).map((name) => `names ${name}, which package.json does not have`),
    ...told.filter((name, index) => told.indexOf(name) !== index).map((name) => `names ${name} twice`),
  ].map((says) => ({ path: DEPENDENCIES, line: 0, says }));
};

/** Decision records are cited by number, so a number is given once. */
export const decisionGuard: Guard = (files) => {
  const records = files.flatMap(({ path }) => {
    const name = /^docs\/decisions\/(.+\.md)$/.exec(path)?.[1];
    return name === undefined || name === 'README.md'
      ? []
      : [{ path, number: /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1] }];
  });
  return records.flatMap(({ path, number }, index): Finding[] => {
    if (number === undefined) return [{ path, line: 0, says: 'a decision is called NNNN-short-title.md' }];
    const first = records.findIndex((record) => record.number === number);
    return first === index ? [] : [{ path, line: 0, says: `the number ${number} is taken by ${records[first]?.path}` }];
  });
};
