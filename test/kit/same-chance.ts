// Set-up of the tests that are functions of their inputs: what fast-check makes up is the same in each run, so that no run
// fails by chance. RESIDUUM_SEED looks elsewhere: a number, or `any` for another one each time.
import fc from 'fast-check';

const { RESIDUUM_SEED: wanted } = process.env;
if (wanted !== 'any') fc.configureGlobal({ seed: Number(wanted ?? 20_260_131) });
