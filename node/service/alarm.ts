// A pause that somebody may cut short.

export class Alarm {
  #ring: (() => void) | undefined;
  #isRung = false;

  /** Resolves when the time is over or when it rings; at once when it has rung since the last pause. */
  async pause(ms: number | null): Promise<void> {
    if (!this.#isRung) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#ring = resolve;
        if (ms !== null) timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
      this.#ring = undefined;
    }
    this.#isRung = false;
  }

  ring(): void {
    this.#isRung = true;
    this.#ring?.();
  }
}
