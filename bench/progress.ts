// How a benchmark tells what it is doing, and learns that it shall stop.

export interface Progress {
  /** One line before each part. */
  readonly say: (line: string) => void;
  /** Looked at between two rounds, so that whatever was started is ended and cleaned up. */
  readonly signal: AbortSignal;
}
