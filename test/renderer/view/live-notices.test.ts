// What the live screen says before any number: drivers that do not answer, containers, processes that are hidden, silence.
import { describe, expect, it } from 'vitest';
import { nodeNotices, silenceNotice } from '../../../renderer/view/live-notices.ts';
import type { Edit } from '../../kit/frame-text.ts';
import { folded, look } from '../../kit/observed.ts';
import { ASLEEP_CLEAN, FOREIGN_CONTEXT, GONE_ROWS } from '../../kit/scenarios.ts';

function titles(text: string, edit?: Edit): string[] {
  const { moment } = folded(...look(text, edit === undefined ? {} : { edit }));
  if (moment === undefined) throw new Error('no look');
  return nodeNotices(moment).map(({ title }) => title);
}

describe('a node', () => {
  it('that shows everything needs no notice', () => {
    expect(titles(ASLEEP_CLEAN)).toEqual([]);
  });

  it('without a driver says so, and what to look at', () => {
    const text = ASLEEP_CLEAN.replace('driver 550.54.15', 'driver none')
      .replace(/^gpu.*$/m, '')
      .replace(/ on 3B\S+ 1536/, '');
    expect(titles(text)).toEqual([
      'No memory was read: no NVIDIA driver is loaded on the node, so nvidia-smi was not started.',
    ]);
  });
});

describe('a node that does not show everything', () => {
  it('is said to look out of a container', () => {
    const inner: Edit = (line) => (line.startsWith('node\tpidNamespace\t') ? 'node\tpidNamespace\tinner' : undefined);
    expect(titles(ASLEEP_CLEAN, inner)).toEqual(['This looks out of a container.']);
  });

  it('is said to have more processes than were read', () => {
    const cut: Edit = (line) => (line.startsWith('scan\t') ? [] : undefined);
    expect(titles(ASLEEP_CLEAN, cut)).toEqual(['Not every process can be seen.']);
  });

  it('is said to hide who holds memory, each process once, and not those that are gone', () => {
    const hide: Edit = (line) => (/^(?:proc|fact)\t/.test(line) ? [] : undefined);
    expect(titles(FOREIGN_CONTEXT, hide)).toEqual(['2 processes that hold GPU memory cannot be seen by this user.']);
    expect(titles(GONE_ROWS)).toEqual([]);
  });
});

describe('silence', () => {
  it('is said when looks are missing, and not when one is late', () => {
    expect(silenceNotice(0, 6_900, 2_000)).toBeUndefined();
    expect(silenceNotice(0, 7_100, 2_000)?.title).toBe('No look for 7.1 s.');
    expect(silenceNotice(0, 100_000, 60_000)).toBeUndefined();
  });
});
