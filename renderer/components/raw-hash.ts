// The SHA-256 of a frame's text, as `gate --json` prints it: whoever has the frame can check that it is this one.
import { useEffect, useState } from 'react';
import { NoHash, sha256Hex } from '../recordings/sha256.ts';

/** Lower-case hexadecimal; undefined while it is counted, and where the page may not (no secure context). */
export function useRawHash(text: string): string | undefined {
  const [hash, setHash] = useState<{ readonly of: string; readonly hex: string }>();
  useEffect(() => {
    let isWanted = true;
    const count = async (): Promise<void> => {
      try {
        const hex = await sha256Hex(text);
        if (isWanted) setHash({ of: text, hex });
      } catch (error) {
        if (!(error instanceof NoHash)) throw error;
      }
    };
    void count();
    return () => {
      isWanted = false;
    };
  }, [text]);
  return hash?.of === text ? hash.hex : undefined;
}
