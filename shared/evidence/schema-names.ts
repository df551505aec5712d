// The names of the published shapes, apart from the shapes: a page that writes a report needs no checker for them.

export const GATE_SCHEMA = 'residuum.gate/1';
export const SNAPSHOT_SCHEMA = 'residuum.snapshot/1';
export const REPORT_SCHEMA = 'residuum.report/1';
export const COMPARE_SCHEMA = 'residuum.compare/1';
export const COMPARE_REPEATS_SCHEMA = 'residuum.compare-repeats/1';
export const COMPARE_STATES_SCHEMA = 'residuum.compare-states/1';
export const TABLE_SCHEMA = 'residuum.table/1';
