// The SHA-256 of a frame's text, as `gate --json` prints it: whoever has the frame can check that it is this one.
import { useEffect, useState } from 'react';

/** Lower-case hexadecimal; undefined while it is counted, and where the page may not (no secure context). */
export function useRawHash(text: string): string | undefined {
  const [hash, setHash] = useState<{ readonly of: string; readonly hex: string }>();
  useEffect(() => {
    let isWanted = true;
    const count = async (): Promise<void> => {
      // Typed as always there; a page that was not served from this machine or over TLS has none.
      const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined;
      if (subtle === undefined) return;
      const digest = await subtle.digest('SHA-256', new TextEncoder().encode(text));
      const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      if (isWanted) setHash({ of: text, hex });
    };
    void count();
    return () => {
      isWanted = false;
    };
  }, [text]);
  return hash?.of === text ? hash.hex : undefined;
}
