// A command line that cannot be carried out as it was typed.

export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** Part of `error.code` in JSON output. */
  readonly code = 'usage';
}
