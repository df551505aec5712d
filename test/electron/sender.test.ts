// Only the main frame of our own window, on our own page, is listened to.
import type { IpcMainEvent, WebContents, WebFrameMain } from 'electron';
import { describe, expect, it } from 'vitest';
import { isOurSender } from '../../electron/sender.ts';

const OURS = 'app://residuum/index.html';

function contents(url: string): WebContents {
  return { mainFrame: { url, parent: null, frameTreeNodeId: 1 } } as unknown as WebContents;
}

function event(sender: WebContents, senderFrame: WebFrameMain | null): IpcMainEvent {
  return { sender, senderFrame } as unknown as IpcMainEvent;
}

describe('the sender of a message', () => {
  it('is ours when our window shows our page', () => {
    const ours = contents(OURS);
    expect(isOurSender(event(ours, ours.mainFrame), ours)).toBe(true);
  });

  it.each([
    'https://residuum/index.html',
    'app://elsewhere/index.html',
    'app://residuum.example/',
    'file:///app/residuum/index.html',
    'data:text/html,app://residuum/',
    'about:blank',
    '',
  ])('is not ours when our window shows %s', (url) => {
    const ours = contents(url);
    expect(isOurSender(event(ours, ours.mainFrame), ours)).toBe(false);
  });

  it('is not ours from another window, even with our address', () => {
    const other = contents(OURS);
    expect(isOurSender(event(other, other.mainFrame), contents(OURS))).toBe(false);
    expect(isOurSender(event(other, other.mainFrame), undefined)).toBe(false);
  });

  it('is not ours from a frame inside our page, nor from one that is gone', () => {
    const ours = contents(OURS);
    for (const frameTreeNodeId of [1, 2]) {
      const inner = { url: OURS, parent: ours.mainFrame, frameTreeNodeId } as unknown as WebFrameMain;
      expect(isOurSender(event(ours, inner), ours)).toBe(false);
    }
    const another = { url: OURS, parent: null, frameTreeNodeId: 2 } as unknown as WebFrameMain;
    expect(isOurSender(event(ours, another), ours)).toBe(false);
    expect(isOurSender(event(ours, null), ours)).toBe(false);
  });
});
