// SHA-256 as the browser works it out.

/** Why it cannot be worked out, as a sentence with what to do. */
export class NoHash extends Error {}

/** Of a text in UTF-8, or of bytes; lower-case hexadecimal. Rejects with NoHash where the page may not. */
export async function sha256Hex(of: string | ArrayBuffer): Promise<string> {
  // Typed as always there; a page that was not served from this machine or over TLS has none.
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) {
    throw new NoHash('This page may not work out a hash: open it from this machine (127.0.0.1) or over TLS.');
  }
  const digest = await subtle.digest('SHA-256', typeof of === 'string' ? new TextEncoder().encode(of) : of);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
