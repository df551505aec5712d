// The two kinds of call that a contract knows: one answer, or a stream of items.
import type { z } from 'zod';

export interface Unary<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: 'unary';
  readonly input: Input;
  readonly output: Output;
}

export interface Streaming<Input extends z.ZodType = z.ZodType, Item extends z.ZodType = z.ZodType> {
  readonly kind: 'stream';
  readonly input: Input;
  readonly item: Item;
}

export type Method = Unary | Streaming;

export function unary<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Unary<Input, Output> {
  return { kind: 'unary', input, output };
}

export function stream<Input extends z.ZodType, Item extends z.ZodType>(
  input: Input,
  item: Item,
): Streaming<Input, Item> {
  return { kind: 'stream', input, item };
}

/** A contract: methods by name. */
export type Methods = Readonly<Record<string, Method>>;
