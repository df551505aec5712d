// The host behind the page's ports: the contract, answered by the service of this machine.
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { observerClock } from '../node/probe/observer-clock.ts';
import { createService } from '../node/service/service.ts';
import { defaultRecordingsFolder } from '../node/service/recordings-folder.ts';
import { defaultSettingsFile } from '../node/service/settings.ts';
import { contract } from '../shared/rpc/contract.ts';
import { serve } from '../shared/rpc/server.ts';
import type { DesktopHost } from './desktop.ts';

/** `env` is the program's own; `tell` gets each fault of ours, for whoever reads the terminal. */
export function openHost(env: NodeJS.ProcessEnv, tell: (line: string) => void): DesktopHost {
  const service = createService({
    host: 'desktop',
    version: packageJson.version,
    env,
    now: observerClock(),
    settingsFile: defaultSettingsFile(env),
    recordings: {
      folder: defaultRecordingsFolder(env),
      demos: join(import.meta.dirname, '..', 'demos'),
      files: [],
    },
  });
  const onFault = (method: string, error: unknown): void =>
    tell(`${method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    serve: (pipe) => serve(contract, service.handlers, pipe, { onFault }),
    close: () => service.close(),
  };
}
