// The files of /proc that describe the node itself: the driver, memory, names and sockets.
import type { BusId } from '../../shared/model/ids.ts';
import type { Scenario } from '../../shared/source/scenario.ts';
import type { TreeFile } from './proc-files.ts';

const KIB_PER_MIB = 1024;
/** A node that has just started working: three quarters of its memory are free. */
const AVAILABLE_SHARE = 0.75;
const BOOT_ID = '3f0c2a1e-7d4b-4a6e-9c55-0123456789ab';

/** Paths below /proc and their bytes. */
export function nodeFiles(scenario: Scenario): TreeFile[] {
  const total = scenario.memoryMib * KIB_PER_MIB;
  const available = Math.floor(total * AVAILABLE_SHARE);
  const kib = (count: number): string => `${String(count).padStart(15)} kB`;
  const files: TreeFile[] = [
    ['meminfo', `MemTotal:${kib(total)}\nMemFree:${kib(available)}\nMemAvailable:${kib(available)}\n`],
    ['sys/kernel/hostname', `${scenario.hostname}\n`],
    ['sys/kernel/random/boot_id', `${BOOT_ID}\n`],
  ];
  if (scenario.driver === undefined) return files;
  files.push(['driver/nvidia/version', driverVersionFile(scenario.driver)]);
  for (const gpu of scenario.gpus) {
    const bus = sysfsBus(gpu.bus);
    const text = `Model: \t\t ${gpu.name}\nIRQ:   \t\t 162\nGPU UUID: \t ${gpu.uuid}\nBus Type: \t PCIe\nBus Location: \t ${bus}\n`;
    files.push([`driver/nvidia/gpus/${bus}/information`, text]);
  }
  return files;
}

/** /proc/driver/nvidia/version, of which the first line is looked at. */
export function driverVersionFile(version: string): string {
  return (
    `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${version}  Wed Jan  8 00:00:00 UTC 2025\n` +
    'GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n'
  );
}

/** The kernel's spelling: lower case, and four digits of domain unless it needs more. */
function sysfsBus(bus: BusId): string {
  const text = bus.toLowerCase();
  return text.startsWith('0000') ? text.slice(4) : text;
}

/** /proc/net/tcp with one LISTEN (0A) line a socket; inodes count up from the first. */
export function socketLines(sockets: readonly { address: string; port: number }[], firstInode: number): string {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode' + ' '.repeat(53);
  const lines = sockets.map(({ address, port }, at) => {
    // The address is one little-endian number: 127.0.0.1 is 0100007F.
    const bytes = address
      .split('.')
      .reverse()
      .map((part) => hex(Number(part), 2));
    const local = `${bytes.join('')}:${hex(port, 4)}`;
    const rest = `00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${firstInode + at} 1`;
    return `${String(at).padStart(4)}: ${local} ${rest} 0000000000000000 100 0 0 10 0`.padEnd(149);
  });
  return `${[head, ...lines].join('\n')}\n`;
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}
