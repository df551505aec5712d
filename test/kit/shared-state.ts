// What a process has that all of its tests see.

export interface SharedState {
  readonly globals: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly listeners: readonly string[];
}

/** As it is now, without what the test runner and packages (zod: `__zod…`) keep there for themselves. */
export function sharedState(): SharedState {
  const isOurs = (name: string): boolean => !/^__|vitest|^VITE|jest|chai|expect/i.test(name);
  const globals = Reflect.ownKeys(globalThis).map(String).filter(isOurs);
  return {
    globals: globals.toSorted(),
    environment: Object.fromEntries(Object.entries(process.env).filter(([name]) => isOurs(name))),
    folder: process.cwd(),
    listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
  };
}
