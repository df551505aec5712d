// The known_hosts files on disk: reading several, adding a line to one.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LinkError } from '../link/link-error.ts';
import { parseKnownHosts, type KnownHostLine } from './known-hosts.ts';

/**
 * Reads all files in order. A missing file is an empty one; a file that is there and cannot be read is an error, because
 * it may hold the line that revokes the key we are about to trust.
 */
export async function readKnownHosts(files: readonly string[], host: string): Promise<KnownHostLine[]> {
  const lines: KnownHostLine[] = [];
  for (const file of files) {
    lines.push(...parseKnownHosts(await readIfThere(file, host), file));
  }
  return lines;
}

/** Adds one line, in one write, on a line of its own. A file or folder that has to be made is for the owner only. */
export async function appendKnownHost(file: string, line: string, host: string): Promise<void> {
  const before = await readIfThere(file, host);
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, `${separator}${line}\n`, { mode: 0o600 });
  } catch (cause) {
    throw unreadable('written', host, file, cause);
  }
}

async function readIfThere(file: string, host: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw unreadable('read', host, file, cause);
  }
}

function unreadable(how: 'read' | 'written', host: string, file: string, cause: unknown): LinkError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new LinkError(
    'known-hosts-unreadable',
    host,
    `A known_hosts file could not be ${how} (${code}), so the host key of ${host} could not be settled. ` +
      `Make it accessible or name another with --known-hosts: ${file}`,
  );
}
