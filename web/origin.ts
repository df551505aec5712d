// Which requests come from our own page: the Host is one that we answer to, and the Origin is that same address.
import { isIP } from 'node:net';

/**
 * A name that somebody else points at this machine (DNS rebinding) is none of ours. An IP address is, as no page of
 * another site has it as its origin; which one matters only where we listen on loopback alone. The port may be another
 * one: that of a tunnel (`ssh -L`) to us.
 */
export function isOurHost(header: string | undefined, boundTo: string): boolean {
  const name = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(header ?? '')?.[1];
  if (name === undefined) return false;
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === boundTo.toLowerCase()) return true;
  return isIP(bare) !== 0 && (isLoopback(bare) || !isLoopback(boundTo));
}

/** Of a WebSocket's request: browsers always say where the page that opens it came from. */
export function isOurOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
