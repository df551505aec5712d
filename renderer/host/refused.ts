// Why trying again would not help: the host does not want this page.

/** `message` says what happened, `next` what to do. Any other failure to reach a host is worth another attempt. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.next = next;
  }
}
