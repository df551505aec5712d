// The lines of the checklist that the first look of a connection fills in: driver, nvidia-smi, processes, engines.
import { printable } from '../../shared/base/printable.ts';
import { REASONS } from '../../shared/base/reason.ts';
import type { Detection } from '../../shared/engines/detect.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import type { StepLine } from './checklist.ts';

const LOAD_DRIVER = 'Load the NVIDIA driver, or choose a node that has one.';

/** Durations are the node's own: from its clock around each part of the frame. */
export function snapshotSteps(snapshot: Snapshot): StepLine[] {
  const { time, calls } = snapshot;
  // Without a call the frame is the process table alone.
  const [first = { beginMs: time.beginMs }] = calls;
  const last = calls.at(-1) ?? { endMs: time.beginMs };
  return [
    { step: 'driver', durationMs: between(time.beginMs, first.beginMs), ...driver(snapshot) },
    {
      step: 'nvidia-smi',
      durationMs: calls.length === 0 ? null : between(first.beginMs, last.endMs),
      ...nvidiaSmi(snapshot),
    },
    { step: 'processes', durationMs: between(last.endMs, time.endMs), ...processes(snapshot) },
  ];
}

/** `durationMs` is our own time to find them. */
export function enginesStep({ engines, orphans }: Detection, durationMs: number): StepLine {
  const parts = [
    ...counts(
      engines.map(({ kind }) => kind),
      'engine',
    ),
    ...counts(
      orphans.map(({ kind }) => kind),
      'orphan',
    ),
  ];
  if (parts.length > 0) {
    return { step: 'engines', state: 'ok', durationMs, text: `Found ${parts.join(', ')}.`, next: '' };
  }
  const next = 'Start one, or check that this is its node and that its processes are visible to this user.';
  return { step: 'engines', state: 'warning', durationMs, text: 'No inference engine was found.', next };
}

type Words = Pick<StepLine, 'state' | 'text' | 'next'>;

function driver({ node, driverReasons }: Snapshot): Words {
  if (driverReasons.some(({ code }) => code === 'driver-missing')) {
    return { state: 'failed', text: 'No NVIDIA driver is loaded on the node.', next: LOAD_DRIVER };
  }
  const { driverVersion } = node;
  if (driverVersion === undefined) {
    return { state: 'warning', text: 'The node does not say which NVIDIA driver is loaded.', next: '' };
  }
  return { state: 'ok', text: `NVIDIA driver ${driverVersion}.`, next: '' };
}

function nvidiaSmi(snapshot: Snapshot): Words {
  const { driverReasons, devices, usage, problems } = snapshot;
  const [why] = driverReasons;
  if (why?.code === 'driver-missing') {
    return { state: 'skipped', text: 'Not started, because no driver is loaded.', next: '' };
  }
  const said = problems.find(({ code }) => code === 'smi-text' || code === 'smi-hung')?.text;
  if (why !== undefined) {
    const text = `${capital(REASONS[why.code])}${said === undefined ? '' : `: ${said}`}.`;
    return { state: devices === undefined ? 'failed' : 'warning', text, next: smiAdvice(why.code) };
  }
  if (devices === undefined || usage === undefined) {
    return { state: 'failed', text: `${capital(REASONS['smi-failed'])}.`, next: smiAdvice('smi-failed') };
  }
  const found = `${many(devices.devices.length, 'GPU')}, ${many(usage.rows.length, 'process row')}`;
  const lost = Math.max(devices.lostRows, usage.lostRows);
  const unreadable = new Set([...devices.unreadableBuses, ...usage.unreadableBuses]).size + lost;
  if (unreadable > 0) {
    const next = 'Look at the kernel log of the node (dmesg) for Xid messages; a lost GPU needs a reset or a reboot.';
    return { state: 'warning', text: `${found}; ${many(unreadable, 'GPU')} could not be read whole.`, next };
  }
  if (!usage.hasBus) {
    const next = 'Use a newer driver to judge per GPU.';
    return { state: 'warning', text: `${found}; ${REASONS['no-bus-column']}.`, next };
  }
  const slow = problems.find(({ code }) => code === 'smi-slow');
  if (slow !== undefined) {
    const next = 'Turn persistence mode on (nvidia-smi -pm 1, or nvidia-persistenced).';
    return { state: 'warning', text: `${found}; a call of nvidia-smi took more than 3 s.`, next };
  }
  return { state: 'ok', text: `${found}.`, next: '' };
}

function smiAdvice(code: keyof typeof REASONS): string {
  switch (code) {
    case 'smi-missing':
      return 'Install nvidia-smi on the node, or put it on the PATH of a login without a terminal.';
    case 'smi-timeout':
      return 'Look whether a GPU hangs (dmesg, Xid messages); it is asked again with every look.';
    default:
      return 'Run nvidia-smi on the node and see what it says.';
  }
}

function processes({ node, scan, absent, environment }: Snapshot): Words {
  if (node.pidNamespace === 'inner') {
    const next = 'Connect to the host itself, or start the container with the PID namespace of the host.';
    return { state: 'warning', text: 'The probe runs in a container, where pids are not those of the driver.', next };
  }
  if (!scan.complete) {
    const next = 'Check that /proc is mounted and readable for this user.';
    return { state: 'failed', text: 'The process table could not be read to its end.', next };
  }
  const listed = `${many(scan.listed ?? 0, 'process', 'processes')} listed`;
  const asOwner = 'Log in as the owner of the engines, or as root.';
  if (node.hidepid !== undefined && !['0', 'off'].includes(node.hidepid)) {
    const text = `${listed}; those of other users are hidden (/proc has hidepid=${printable(node.hidepid)}).`;
    return { state: 'warning', text, next: asOwner };
  }
  const hidden = (scan.unreadable ?? 0) + [...absent.values()].filter((how) => how === 'unreadable').length;
  if (hidden > 0) return { state: 'warning', text: `${listed}; ${hidden} more could not be read.`, next: asOwner };
  const foreign = [...environment.values()].filter(({ readable }) => !readable).length;
  if (foreign > 0) {
    const text = `${listed}; ${foreign} of the engines' belong to another user, so their environment and sockets are hidden.`;
    return { state: 'warning', text, next: asOwner };
  }
  return { state: 'ok', text: `${listed}, all visible.`, next: '' };
}

/** null where the node would not say. */
function between(fromMs: number | undefined, toMs: number | undefined): number | null {
  return fromMs === undefined || toMs === undefined ? null : Math.max(0, toMs - fromMs);
}

function counts(kinds: readonly string[], what: string): string[] {
  const names = [...new Set(kinds)];
  return names.map((name) => many(kinds.filter((kind) => kind === name).length, `${name} ${what}`));
}

function many(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
