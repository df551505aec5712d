// What a command may touch of the process that runs it, so that tests can run commands without one.

export interface CommandIo {
  /** Standard output: results only. */
  out(text: string): void;
  /** Standard error: what is going on, and what went wrong. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output is a terminal: colours and redrawing are wanted. */
  readonly isTerminal: boolean;
  /** Standard error is a terminal: a line about progress may be written over the one before it. */
  readonly isProgressTerminal: boolean;
  /** Columns of the terminal, or what to assume. */
  readonly width: number;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  /** Resolves after a while, or at once when `signal` is aborted. */
  pause(ms: number): Promise<void>;
}
