// Parses the body of an answer, or says why it cannot be one. No text of the body leaves here except as a value.
import type { AccountingReasonCode } from '../model/accounting.ts';

/**
 * The largest body that is read, in characters. A `/server_info` has about 12 kB for each data-parallel rank and as much
 * again: this is room for more than 300 ranks.
 */
export const MOST_BODY = 4 * 1024 * 1024;

/** Answers nest four deep. Walking anything much deeper could exhaust the stack. */
const MOST_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export type JsonObject = { readonly [name: string]: unknown };

export type Body<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: AccountingReasonCode; readonly detail: string };

/** The body as text, unless it is empty, too large or a web page. */
export function readText(body: string): Body<string> {
  if (body.length > MOST_BODY) return { ok: false, code: 'too-large', detail: `${body.length} characters` };
  const text = body.trim();
  if (text === '') return { ok: false, code: 'empty', detail: '' };
  if (text.startsWith('<')) return { ok: false, code: 'html', detail: '' };
  return { ok: true, value: text };
}

/** The body as one JSON object. `NaN` and `Infinity`, which Python writes, are no JSON and refused with the rest. */
export function readJsonObject(body: string): Body<JsonObject> {
  const text = readText(body);
  if (!text.ok) return text;
  if (isDeeperThan(text.value, MOST_DEPTH)) {
    return { ok: false, code: 'wrong-shape', detail: `nested more than ${MOST_DEPTH} deep` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    // The parser's own message quotes the body, and the body may hold keys.
    return { ok: false, code: 'broken-json', detail: '' };
  }
  return isObject(value) ? { ok: true, value } : { ok: false, code: 'wrong-shape', detail: 'not an object' };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property only: the name `constructor` or `__proto__` must not find what every object inherits. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** By hand and not by a pattern: on an unclosed string of 4 MB a pattern runs out of time or of stack. */
function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
    if (depth > most) return true;
  }
  return false;
}
