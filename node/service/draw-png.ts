// A figure of the page as PNG: the host has the font that the page lacks.
import { RpcError } from '../../shared/rpc/rpc-error.ts';
import { figurePng, PngError } from '../evidence/figure-png.ts';

/** Base64. Rejects with an RpcError that says what to do instead. */
export async function drawPng({ svg }: { readonly svg: string }): Promise<{ png: string }> {
  try {
    return { png: Buffer.from(await figurePng(svg)).toString('base64') };
  } catch (error) {
    if (!(error instanceof PngError)) throw error;
    throw new RpcError(error.code, error.message, 'Save the SVG.');
  }
}
