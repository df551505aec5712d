// Only https addresses of the short list leave the window, and nothing that merely looks like one.
import { describe, expect, it } from 'vitest';
import { isOurUrl, startAddress } from '../../electron/app-origin.ts';
import { externalAddress } from '../../electron/external-links.ts';

describe('links that leave the window', () => {
  it.each([
    'https://docs.nvidia.com/cuda/',
    'https://docs.sglang.ai/',
    'https://docs.vllm.ai/en/latest/?q=sleep#mode',
    'https://github.com/sgl-project/sglang/issues/1',
  ])('lets %s out', (address) => {
    expect(externalAddress(address)).toBe(address);
  });

  it.each([
    'http://docs.nvidia.com/',
    'https://docs.nvidia.com.example.org/',
    'https://example.org/?docs.nvidia.com',
    'https://docs.nvidia.com@example.org/',
    'https://user:word@docs.nvidia.com/',
    'https://docs.nvidia.com:8443/',
    'https://github.com/sgl-project/sglang/../../example/other/',
    'https://github.com/example/',
    'file:///etc/passwd',
    'smb://docs.nvidia.com/share',
    'javascript:alert(1)',
    'data:text/html,x',
    'app://residuum/index.html',
    '//docs.nvidia.com/',
    '',
    '-rf',
  ])('refuses %s', (address) => {
    expect(externalAddress(address)).toBeUndefined();
  });
});

describe('our own addresses', () => {
  it.each([startAddress(undefined), startAddress('demo'), 'app://residuum/assets/a.js?b#c'])('knows %s', (address) => {
    expect(isOurUrl(address)).toBe(true);
  });

  it.each([
    'app://residuum.example/',
    'app://example/residuum',
    'app://user@residuum/',
    'https://residuum/',
    'about:blank',
    'residuum',
    '',
  ])('is not fooled by %s', (address) => {
    expect(isOurUrl(address)).toBe(false);
  });

  it('writes a target that is opened at once so that it stays one word', () => {
    expect(startAddress('a b&open=c')).toBe('app://residuum/index.html#open=a%20b%26open%3Dc');
  });
});
