// Opens an address in the user's browser, where there is one on the screen in front of them.
import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** Why no browser would be seen if one were opened; undefined when nothing speaks against it. */
export function noBrowserBecause(env: Environment, platform: NodeJS.Platform): string | undefined {
  if (isSet(env['CI'])) return 'this runs without a person (CI is set)';
  if (isOverSsh(env)) return 'you are logged in over ssh';
  const hasScreen =
    platform === 'darwin' || platform === 'win32' || isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
  return hasScreen ? undefined : 'there is no display';
}

/** Whether the browser that its reader has is on another machine. */
export function isOverSsh(env: Environment): boolean {
  return isSet(env['SSH_CONNECTION']) || isSet(env['SSH_TTY']);
}

/** false when there is no program that opens a browser. Never waits for the browser itself, and leaves it running. */
export function openBrowser(address: string, env: Environment, platform: NodeJS.Platform): Promise<boolean> {
  const [program, ...args] = openers(platform);
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { env: { ...env }, stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function openers(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  // `start` of cmd would read an & in the address as the end of the command.
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
