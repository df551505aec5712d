// `residuum watch TARGET`: the gate's table again and again, until stopped.
import type { Command } from 'commander';
import type { GateReport } from '../../shared/evidence/gate/gate-schema.ts';
import { gateText } from '../../shared/evidence/gate/gate-text.ts';
import { EMPTY_SESSION } from '../../shared/session/session.ts';
import { COULD_NOT_RUN, failedGateReport } from '../failed-report.ts';
import { gatePlan, type GateOptions } from '../gate-plan.ts';
import type { CommandIo } from '../io.ts';
import { secondsOption } from '../node-options.ts';
import { openNode } from '../open-node.ts';
import { terminalPaint } from '../terminal-paint.ts';
import { addGateOptions, judgeOnce, printGate } from './gate.ts';

interface WatchOptions extends GateOptions {
  readonly interval: string;
  readonly once?: true;
}

/** Per-process queries take the driver's global lock: once in two seconds disturbs nobody. */
const DEFAULT_INTERVAL_S = '2';

export function watchCommand(program: Command, io: CommandIo, finish: (code: number) => void): void {
  addGateOptions(program.command('watch').description('show the ledger and the verdicts again and again'))
    .option('--interval <seconds>', 'from the end of one sample to the next', DEFAULT_INTERVAL_S)
    .option('--once', 'print one table and stop')
    .action(async (target: string, options: WatchOptions) => finish(await watch(target, options, io)));
}

/** 0 when it was stopped or had nothing more to print: watching is no gate. 3 when it could not go on. */
async function watch(target: string, options: WatchOptions, io: CommandIo): Promise<number> {
  try {
    const plan = gatePlan(options, io.env);
    const intervalMs = secondsOption('--interval', options.interval);
    const node = await openNode(target, options, io);
    try {
      let session = EMPTY_SESSION;
      do {
        // An engine that hangs does not slow the table down: what it says is shown when it comes.
        const patienceMs = options.once === true ? undefined : intervalMs;
        const judged = await judgeOnce(target, plan, node, session, patienceMs);
        session = judged.session;
        show(judged.report, options, io);
        if (options.once !== true) await io.pause(intervalMs ?? 0);
      } while (options.once !== true && !io.signal.aborted);
    } finally {
      await node.close();
    }
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    printGate(failedGateReport(target, error, options.failOpen === true), options.json === true, io);
    return COULD_NOT_RUN;
  }
}

function show(report: GateReport, options: WatchOptions, io: CommandIo): void {
  if (options.json === true) {
    printGate(report, true, io);
    return;
  }
  const lines = gateText(report, { paint: terminalPaint(io), width: io.width, isLive: true });
  // Home, then each line cleared to its end, then the rest of the screen: no flicker, and scrollback stays.
  const redraw = io.isTerminal && options.once !== true;
  io.out(redraw ? `\u001B[H${lines.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J` : `${lines.join('\n')}\n`);
  if (!redraw && options.once !== true) io.out('\n');
}
