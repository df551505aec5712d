// What the generations of nvidia-smi (340 to 610) print differently: bus ids, cells, fields, failures.
import type { BusId } from '../../shared/model/ids.ts';
import type { HandleFailure, InitFailure } from '../../shared/source/scenario-smi.ts';

export interface Answer {
  readonly code: number;
  readonly text: string;
}

export interface Generation {
  readonly version: string;
  /** The first number of the version: 550 of 550.54.15. */
  readonly major: number;
}

export function generationOf(version: string): Generation {
  return { version, major: Number.parseInt(version, 10) };
}

/** Four digits of domain until 375, cut to 16 bits, so that two domains can look the same; eight from 384 on. */
export function busText({ major }: Generation, bus: BusId): string {
  return major < 384 ? bus.slice(4) : bus;
}

/** `[N/A]` of a value that the driver does not have is `[Not Supported]` until 390. */
export function cellText({ major }: Generation, cell: string): string {
  return cell === '[N/A]' && major < 418 ? '[Not Supported]' : cell;
}

/** memory.used leaves the driver's reserve out from 510 on, which is also when memory.reserved came. */
export function reportsReserved({ major }: Generation): boolean {
  return major >= 510;
}

const NO_LIBRARY =
  "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is " +
  'properly installed and present in your system.\n' +
  'Please also try adding directory that contains libnvidia-ml.so to your system PATH.\n';
const NO_DRIVER =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA " +
  'driver is installed and running.\n\n';

/** What every call says when NVML cannot be initialised. All of it goes to standard output. */
export function initFailure({ major, version }: Generation, why: InitFailure): Answer {
  const nvml = (code: number, text: string): Answer => ({ code, text: `Failed to initialize NVML: ${text}\n` });
  switch (why) {
    case 'no-library':
      return { code: 12, text: NO_LIBRARY };
    case 'no-driver':
      return { code: 9, text: NO_DRIVER };
    case 'no-devices':
      return { code: 6, text: 'No devices were found\n' };
    case 'mismatch': {
      const answer = nvml(major < 450 ? 231 : major < 535 ? 255 : 18, 'Driver/library version mismatch');
      // The library says its version with two numbers only.
      const library = `NVML library version: ${version.split('.').slice(0, 2).join('.')}\n`;
      return major < 535 ? answer : { ...answer, text: answer.text + library };
    }
    case 'permissions':
      return nvml(4, 'Insufficient Permissions');
    case 'unknown-error':
      return nvml(255, 'Unknown Error');
    case 'lost':
      return nvml(15, 'GPU is lost');
    case 'irq':
      return nvml(11, 'Interrupt Request Issue');
    case 'blocked':
      return nvml(major < 390 ? 231 : 17, 'GPU access blocked by the operating system');
  }
}

/** What a call says when one handle cannot be had; `skip` leaves that GPU out in silence. */
export function handleFailure({ major }: Generation, why: HandleFailure, bus: BusId): Answer | 'skip' {
  if (why === 'permissions') return 'skip';
  // Messages keep the four-digit domain to this day; the blank after GPU went with 525.
  const device = `GPU${major < 525 ? ' ' : ''}${bus.slice(4)}`;
  const text = `Unable to determine the device handle for ${device}: `;
  if (why === 'lost') return { code: 15, text: `${text}GPU is lost.  Reboot the system to recover this GPU\n\n\n` };
  return { code: why === 'blocked' ? 17 : 255, text: `${text}Unknown Error\n` };
}

/** Fields of --query-gpu that the stand-in can fill: what may be asked, and the name in the header. */
export function deviceFields({ major }: Generation): Map<string, string> {
  const own = ['timestamp', 'driver_version', 'count', 'index', 'memory.total', 'memory.used', 'memory.free'];
  own.push('persistence_mode', 'compute_mode', 'utilization.gpu', 'utilization.memory');
  if (major >= 510) own.push('memory.reserved');
  if (major >= 450) own.push('mig.mode.current');
  if (major >= 535) own.push('protected_memory.used');
  return withAliases(own, { name: 'gpu_name', serial: 'gpu_serial', uuid: 'gpu_uuid', 'pci.bus_id': 'gpu_bus_id' });
}

/** Fields of --query-compute-apps: the same eight since 319. */
export function usageFields(): Map<string, string> {
  const own = ['timestamp', 'gpu_name', 'gpu_bus_id', 'gpu_serial', 'gpu_uuid', 'pid'];
  return withAliases(own, { process_name: 'name', used_gpu_memory: 'used_memory' });
}

function withAliases(own: readonly string[], aliases: Readonly<Record<string, string>>): Map<string, string> {
  const fields = new Map(own.map((field) => [field, field]));
  for (const [field, alias] of Object.entries(aliases)) fields.set(field, field).set(alias, field);
  return fields;
}
