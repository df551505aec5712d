// Guards what npm is told: a lock file without gaps, no host in any file, and exact versions where a range would break.
import { lineAt, type Finding, type Guard, type SourceFile } from './source-file.ts';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function jsonOf<T>(files: readonly SourceFile[], path: string): T | undefined {
  const file = files.find((each) => each.path === path);
  return file === undefined ? undefined : (JSON.parse(file.text) as T);
}

/**
 * A registry that lacks the newest platform packages makes `npm install` leave them out of the lock, and then `npm ci`
 * refuses the lock it wrote ("Missing: … from lock file").
 */
export const lockGapGuard: Guard = (files) => {
  const lock = jsonOf<{ packages: Readonly<Record<string, LockedPackage>> }>(files, 'package-lock.json');
  if (lock === undefined) return [{ path: 'package-lock.json', line: 0, says: 'there is no lock file' }];
  return Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {}, resolved }]) => {
    const gaps = Object.keys(optionalDependencies)
      .filter((name) => !isLocked(lock.packages, place, name))
      .map((name) => ({ path: 'package-lock.json', line: 0, says: `${place} wants ${name}, which the lock lacks` }));
    const host: Finding[] =
      resolved === undefined ? [] : [{ path: 'package-lock.json', line: 0, says: `${place} names where it came from` }];
    return [...gaps, ...host];
  });
};

/** Looks where Node would: in the package's own node_modules, then in each one above it. */
function isLocked(packages: Readonly<Record<string, LockedPackage>>, place: string, name: string): boolean {
  for (let at = place; ;) {
    if (Object.hasOwn(packages, `${at === '' ? '' : `${at}/`}node_modules/${name}`)) return true;
    if (at === '') return false;
    const above = at.lastIndexOf('/node_modules/');
    at = above === -1 ? '' : at.slice(0, above);
  }
}

/** Their platform packages are published later than they are, so a range can pick a version that cannot be installed. */
const EXACT = ['oxlint', 'oxlint-tsgolint'];

export const exactVersionGuard: Guard = (files) => {
  const manifest = jsonOf<Manifest>(files, 'package.json');
  return EXACT.flatMap((name): Finding[] => {
    const version = manifest?.devDependencies?.[name];
    if (version !== undefined && /^\d+\.\d+\.\d+$/.test(version)) return [];
    return [
      { path: 'package.json', line: 0, says: `${name} must be pinned to one version, and is ${version ?? 'absent'}` },
    ];
  });
};

/** Built from pieces, so that this file does not contain what it looks for. */
const REGISTRY_HOST = new RegExp(
  [
    `\\bregistry\\.[a-z0-9-]+\\.[a-z]{2,}\\b`,
    `\\b(?:npm|pypi|mirrors?|artifactory|nexus)\\.[a-z0-9-]+\\.(?:com|org|net|io|dev|cn|internal|local)\\b`,
    `\\b_auth(?:Token)?\\s*=`,
    `^\\s*registry\\s*=`,
  ].join('|'),
  'im',
);

/** Where packages come from is a matter of the machine; in a file it fails for everybody else, or tells a secret. */
export const registryHostGuard: Guard = (files) =>
  files.flatMap(({ path, text }): Finding[] => {
    const match = REGISTRY_HOST.exec(text);
    if (match === null) return [];
    return [{ path, line: lineAt(text, match.index), says: 'names a package registry or a mirror' }];
  });
