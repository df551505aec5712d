// `residuum serve`: the page for a browser, until stopped.
import { join } from 'node:path';
import type { Command } from 'commander';
import { observerClock } from '../../node/probe/observer-clock.ts';
import { createService } from '../../node/service/service.ts';
import { defaultRecordingsFolder } from '../../node/service/recordings-folder.ts';
import { defaultSettingsFile } from '../../node/service/settings.ts';
import { contract } from '../../shared/rpc/contract.ts';
import { serve as serveChannel } from '../../shared/rpc/server.ts';
import { CannotListen } from '../../web/cannot-listen.ts';
import { isLoopback } from '../../web/origin.ts';
import { readPageFiles, type PageFiles } from '../../web/page-files.ts';
import { WebHost } from '../../web/web-host.ts';
import { isOverSsh, noBrowserBecause, openBrowser } from '../browser.ts';
import { COULD_NOT_RUN } from '../failed-report.ts';
import type { CommandIo } from '../io.ts';
import { addSshOptions, sshFiles, type SshFileOptions } from '../node-options.ts';
import { UsageError } from '../usage-error.ts';

interface ServeOptions extends SshFileOptions {
  readonly host: string;
  readonly port?: string;
  readonly allowRemote?: true;
  /** undefined when neither --open nor --no-open was given. */
  readonly open?: boolean;
  readonly demo?: true;
  /** Files that are offered, the first of which is opened. */
  readonly recordings?: readonly string[];
}

const LOOPBACK = '127.0.0.1';

export function serveCommand(program: Command, io: CommandIo, version: string, finish: (code: number) => void): void {
  addSshOptions(
    program.command('serve').description('show it in a browser: serves the page to this machine until stopped'),
  )
    .option('--port <number>', 'where to listen (default: a free one)')
    .option('--host <address>', 'the address to listen at', LOOPBACK)
    .option('--allow-remote', 'let --host be an address that other machines reach; there is no encryption')
    .option('--open', 'open the browser, also where it might not be seen')
    .option('--no-open', 'open no browser')
    .option('--demo', 'open the demo node at once')
    .action(async (options: ServeOptions) => finish(await servePage(options, version, io)));
}

/** 0 when it was stopped, 3 when it could not start. */
export async function servePage(options: ServeOptions, version: string, io: CommandIo): Promise<number> {
  try {
    const port = portOption(options.port ?? '0');
    requireLoopback(options, port);
    await serveUntilStopped(options, port, readPage(), version, io);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof CannotListen)) throw error;
    io.err(`${error.message}\n`);
    return COULD_NOT_RUN;
  }
}

async function serveUntilStopped(
  options: ServeOptions,
  port: number,
  files: PageFiles,
  version: string,
  io: CommandIo,
): Promise<void> {
  const now = observerClock();
  const service = createService({
    host: 'web',
    version,
    env: io.env,
    now,
    settingsFile: defaultSettingsFile(io.env),
    ssh: sshFiles(options),
    recordings: {
      folder: defaultRecordingsFolder(io.env),
      demos: join(import.meta.dirname, '..', 'demos'),
      files: options.recordings ?? [],
    },
  });
  const onFault = (method: string, error: unknown): void =>
    io.err(`residuum: ${method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  try {
    const host = await WebHost.start({
      host: options.host,
      port,
      files,
      now,
      onPage: (pipe) => serveChannel(contract, service.handlers, pipe, { onFault }),
    });
    try {
      if (!isLoopback(options.host)) io.err(`${REMOTE}\n`);
      const extra = openAtOnce(options);
      io.out(`READY ${host.address}${extra}\n`);
      await showInBrowser(options, host, extra, io);
      await stopped(io.signal);
    } finally {
      await host.close();
    }
  } finally {
    await service.close();
  }
}

async function showInBrowser(options: ServeOptions, host: WebHost, extra: string, io: CommandIo): Promise<void> {
  const because = noBrowserBecause(io.env, process.platform);
  if (options.open === false || io.signal.aborted) return;
  if (options.open === undefined && because !== undefined) {
    io.err(`No browser was opened: ${because}. ${openYourself(host.address, io)} Stop with Ctrl+C.\n`);
  } else if (await openBrowser(`${host.addressOnce()}${extra}`, io.env, process.platform)) {
    io.err('A browser was asked to open the page. Stop with Ctrl+C.\n');
  } else {
    io.err('No browser could be started. Open the address yourself. Stop with Ctrl+C.\n');
  }
}

function openYourself(address: string, { env }: CommandIo): string {
  if (!isOverSsh(env)) return 'Open the address yourself.';
  const { port } = new URL(address);
  return `On your own machine run "ssh -L ${port}:127.0.0.1:${port} HOST" with this machine as HOST, and open the address there.`;
}

function openAtOnce({ demo, recordings = [] }: ServeOptions): string {
  if (recordings.length > 0) return '&open=recording:file/1';
  return demo === true ? '&open=demo' : '';
}

/** Beside the program, where the build puts it. */
function readPage(): PageFiles {
  const folder = join(import.meta.dirname, '..', 'renderer');
  try {
    return readPageFiles(folder);
  } catch (cause) {
    throw new UsageError(`The page has not been built. In a checkout "npm run build" makes it: ${folder}`, { cause });
  }
}

function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--port must be a number from 0 to 65535, got ${JSON.stringify(text)}.`);
}

const REMOTE =
  'Other machines can reach this page, and nothing on the way is encrypted: whoever has the address, or overhears it, ' +
  'sees your nodes and can open others with your keys.';

function requireLoopback({ host, allowRemote }: ServeOptions, port: number): void {
  if (allowRemote === true || isLoopback(host)) return;
  const tunnel = `ssh -L ${port === 0 ? 'PORT:127.0.0.1:PORT' : `${port}:127.0.0.1:${port}`}`;
  throw new UsageError(
    `--host ${host} would let other machines in. ${REMOTE} Leave --host out and use "${tunnel}" from the other machine, or say --allow-remote as well.`,
  );
}

async function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
