// Every title that an engine gives its processes, with the rank that it says; and the command lines of its servers.
import { expect, test } from 'vitest';
import type { EngineDefinition, Rank } from '../../../shared/engines/engine-definition.ts';
import { flagValue, readCommandLine } from '../../../shared/engines/command-line.ts';
import { ENGINES } from '../../../shared/engines/definitions.ts';
import { probePatterns } from '../../../shared/engines/patterns.ts';
import type { HostProcess } from '../../../shared/model/snapshot.ts';
import { processesFrom } from './process-text.ts';

function titled(title: string, comm = ''): HostProcess {
  const [process] = processesFrom(`10 ${title}${comm === '' ? '' : ` | comm=${comm}`}`).values();
  if (process === undefined) throw new Error(`no process for ${title}`);
  return process;
}

function rankText(rank: Rank | null): string {
  if (rank === null) return '';
  return Object.entries(rank)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}${value}`]))
    .join(' ');
}

/** `KIND ROLE RANK`, or `KIND server`. */
function reading(process: HostProcess): string {
  const read = ({ kind, part, isServer }: EngineDefinition): string[] => {
    const found = part(process);
    if (found !== undefined) return [`${kind} ${found.role} ${rankText(found.rank)}`.trim()];
    return isServer(process) ? [`${kind} server`] : [];
  };
  return ENGINES.flatMap(read).join(', ');
}

const TITLES = `
sglang::scheduler                                 -> sglang scheduler
sglang::scheduler_TP0                             -> sglang scheduler tp0
sglang::scheduler_TP15                            -> sglang scheduler tp15
sglang::scheduler_DP0_TP0                         -> sglang scheduler dp0 tp0
sglang::scheduler_PP1_TP3                         -> sglang scheduler tp3 pp1
sglang::scheduler_DP1_PP0_TP2_EP2                 -> sglang scheduler dp1 tp2 pp0 ep2
sglang::scheduler_TP1_DCP1                        -> sglang scheduler tp1
sglang::scheduler_DP2_ATTN_CP1_MOE_DP1_TP3        -> sglang scheduler dp2 tp3
sglang::scheduler_TP0_note                        -> sglang scheduler tp0
sglang::detokenizer                               -> sglang detokenizer
sglang::detokenizer_3                             -> sglang detokenizer
sglang::detokenizer_router                        -> sglang detokenizer
sglang::data_parallel_controller                  -> sglang data-parallel-controller
sglang::tokenizer_worker:4711                     -> sglang tokenizer-worker
sglang::server                                    -> sglang server
VLLM::EngineCore                                  -> vllm engine-core
VLLM::EngineCore_DP0                              -> vllm engine-core dp0
VLLM::Worker                                      -> vllm worker
VLLM::Worker_TP0                                  -> vllm worker tp0
VLLM::Worker_DP0_TP0                              -> vllm worker dp0 tp0
VLLM::Worker_DP1_PP0_TP1_DCP0_EP5                 -> vllm worker dp1 tp1 pp0 ep5
VLLM::DPCoordinator                               -> vllm data-parallel-controller
VLLM::APIServer                                   -> vllm server
VLLM::APIServer_2                                 -> vllm server
pt_main_thread Worker_TP1                         -> vllm worker tp1
MYRUN::EngineCore_DP0                             -> vllm engine-core dp0
MYRUN::Worker_TP0                                 -> vllm worker tp0
MYRUN::Worker                                     ->
sglang::schedulers                                ->
sglang::SCHEDULER_TP0                             ->
VLLM::Workers                                     ->
ray::Worker_TP0                                   ->
ray::SGLangEngine                                 ->
ray::SGLangEngine.release_memory_occupation       ->
ray::SGLangHttpServer                             -> sglang server
ray::SGLangHttpServer.launch_server               -> sglang server
ray::vLLMHttpServer.generate                      -> vllm server
ray::RolloutRayActor                              -> vllm server
ray::VllmGenerationWorker                         -> vllm server
ray::VllmAsyncGenerationWorker.init               -> vllm server
miles-router                                      ->
miles-session-server                              ->
python -m sglang.launch_server                    -> sglang server
python3.11 -u -X dev -m sglang.launch_server --tp 2 -> sglang server
/opt/conda/bin/python -W ignore -Im sglang.launch_server -> sglang server
python -msglang.launch_server                     -> sglang server
python /opt/sglang/python/sglang/launch_server.py -> sglang server
sglang serve --model-path Qwen                    -> sglang server
python3 /usr/local/bin/sglang serve               -> sglang server
python -m sglang.cli.main serve                   -> sglang server
python -m sglang.bench_serving                    ->
sglang generate                                   ->
python -m sglang_router.launch_server             ->
vllm serve Qwen                                   -> vllm server
/usr/bin/python3 /usr/local/bin/vllm serve Qwen   -> vllm server
python -m vllm.entrypoints.openai.api_server      -> vllm server
python -m vllm.entrypoints.api_server             -> vllm server
python -m vllm.entrypoints.cli.main serve Qwen    -> vllm server
python -m vllm.entrypoints.cli.main bench serve   ->
vllm bench serve                                  ->
vllm                                              ->
`;

const ROWS = TITLES.trim()
  .split('\n')
  .map((row) => row.split('->').map((cell) => cell.trim()) as [string, string]);

test.each(ROWS)('%s is %s', (title, expected) => {
  expect(reading(titled(title))).toBe(expected);
});

test.each(ROWS)('%s reads the same with blanks behind it', (title, expected) => {
  expect(reading(titled(`${title}${' '.repeat(200)}`))).toBe(expected);
});

test.each(ROWS.filter(([, expected]) => expected !== ''))('the probe is told to look for %s', (title) => {
  expect(probePatterns().some((pattern) => title.includes(pattern))).toBe(true);
});

test.each([
  ['sglang::schedul', 'sglang scheduler'],
  ['sglang::detoken', 'sglang detokenizer'],
  ['sglang::data_pa', 'sglang data-parallel-controller'],
  ['sglang::tokeniz', 'sglang tokenizer-worker'],
  ['VLLM::EngineCor', 'vllm engine-core'],
  ['VLLM::Worker', 'vllm worker'],
  ['VLLM::Worker_TP', 'vllm worker'],
  ['VLLM::DPCoordin', 'vllm data-parallel-controller'],
  ['sglang::sched', ''],
  ['python3', ''],
])('a zombie has only its comm: %s is %s', (comm, expected) => {
  expect(reading(titled('', comm))).toBe(expected);
});

test.each([
  ['python -c print(1) -m x', { code: 'print(1) -m x', module: undefined, script: undefined }],
  ['python -cprint(1)', { code: 'print(1)', module: undefined, script: undefined }],
  ['python -Bum pkg.mod --flag', { code: undefined, module: 'pkg.mod', script: undefined }],
  ['python -X importtime /opt/my/run.py -m x', { code: undefined, module: undefined, script: 'run.py' }],
  ['python -m', { code: undefined, module: undefined, script: undefined }],
  ['python', { code: undefined, module: undefined, script: undefined }],
  ['pythonic run.py', { code: undefined, module: undefined, script: undefined }],
  ['', { code: undefined, module: undefined, script: undefined }],
])('reads the command line "%s"', (title, expected) => {
  expect(readCommandLine(title)).toMatchObject(expected);
});

test.each([
  ['x --port 1', '1'],
  ['x --port=1', '1'],
  ['x --port 1 --port=2', '2'],
  ['x --port', undefined],
  ['x --ports 1', undefined],
])('the flag --port of "%s" is %s', (title, expected) => {
  expect(flagValue(readCommandLine(title), '--port')).toBe(expected);
});
