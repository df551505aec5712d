// What the played engines of a scenario answer, as observations: what a host would send after it asked each of them.
import type { AskingProgress } from '../../shared/engines/accounting.ts';
import { ACCOUNTING_READERS } from '../../shared/engines/accounting-readers.ts';
import type { AccountingPath, AccountingReasonCode } from '../../shared/model/accounting.ts';
import type { AccountingSeen } from '../../shared/model/observation.ts';
import { playedAnswers } from '../../shared/source/scenario-answers.ts';
import { placeScenario, type PlacedProcess } from '../../shared/source/scenario-placement.ts';
import { parseScenario } from '../../shared/source/scenario.ts';
import { FIRST_LOOK_MS } from './observed.ts';

/** One round of questions to every process with an `http` line, each taken for the root of its engine. */
export function answered(text: string, atMs = FIRST_LOOK_MS): AccountingSeen[] {
  return placeScenario(parseScenario(text)).processes.flatMap((placed) => roundOf(placed, atMs));
}

function roundOf({ process, pid, startTicks }: PlacedProcess, atMs: number): AccountingSeen[] {
  const answers = playedAnswers(process);
  if (answers === undefined || process.http === undefined) return [];
  const reader = ACCOUNTING_READERS[process.http.kind === 'vllm' ? 'vllm' : 'sglang'];
  const ended = new Map<AccountingPath, 'answered' | AccountingReasonCode>();
  const progress: AskingProgress = { ended, answered: new Set(), absent: new Set() };
  const [socket] = process.listens;
  const endpoint = socket === undefined ? null : { host: socket.address, port: socket.port };
  const seen: AccountingSeen[] = [];
  for (let path = reader.nextPath(progress); path !== undefined; path = reader.nextPath(progress)) {
    const body = answers.get(path)?.body;
    const picked = body === undefined ? undefined : reader.pick(path, body);
    ended.set(path, picked?.ok === true ? 'answered' : 'not-found');
    const answer =
      picked?.ok === true
        ? ({ kind: 'answer', path, status: 200, receivedMs: atMs, ...picked.value } as const)
        : ({ kind: 'failure', path, status: 404, receivedMs: atMs, why: { code: 'not-found', where: path } } as const);
    seen.push({
      kind: 'accounting',
      node: 'n1',
      atMs,
      answer: { rootPid: pid, rootStartTicks: startTicks, endpoint, seen: answer },
    });
  }
  return seen;
}
