// What a channel runs on: whole texts in order, both ways, until one end closes. A WebSocket, a MessagePort or memory.

export interface Pipe {
  /** Never throws. On a closed pipe the text is lost, which `onClose` has told already. */
  send(text: string): void;
  /** One listener; set before anything can arrive. */
  onText(listener: (text: string) => void): void;
  /** One listener; called once, whichever end closed it, and at once when it is closed already. */
  onClose(listener: () => void): void;
  /** Idempotent. */
  close(): void;
}
