// "Judge now" by key: presses the button of the verdicts, which alone knows the look that it keeps.

export function clickJudgeNow(): void {
  document.querySelector<HTMLButtonElement>('[data-command="judge-now"]')?.click();
}
