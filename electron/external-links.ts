// Which links may leave the window, for the system's browser: https, and a short list of places that our texts point to.

const ALLOWED: readonly { readonly host: string; readonly below: string }[] = [
  { host: 'docs.nvidia.com', below: '/' },
  { host: 'docs.sglang.ai', below: '/' },
  { host: 'docs.vllm.ai', below: '/' },
  { host: 'github.com', below: '/sgl-project/sglang/' },
  { host: 'github.com', below: '/vllm-project/vllm/' },
];

/** The address as it is handed to the system, or undefined when it is refused. */
export function externalAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:') return undefined;
  // A name before an @ makes an address look like another one; a port is never needed.
  if (url.username !== '' || url.password !== '' || url.port !== '') return undefined;
  const allowed = ALLOWED.some(({ host, below }) => url.hostname === host && url.pathname.startsWith(below));
  return allowed ? url.href : undefined;
}
