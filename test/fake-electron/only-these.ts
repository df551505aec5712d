// Makes what the stand-in lacks fail by its name, instead of being undefined and quietly doing nothing.

/** `name` is what the object is called in Electron's documentation. Own additions of a test pass. */
export function onlyThese<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (value === undefined && typeof key === 'string' && key !== 'then' && !(key in target)) {
        throw new Error(`The stand-in of Electron has no ${name}.${key}.`);
      }
      // Private fields belong to the object and not to what wraps it.
      return isMethod(value) ? (...args: unknown[]): unknown => value.apply(target, args) : value;
    },
  });
}

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function' && !/^class\b/.test(String(value));
}

/** An event of Electron whose default can be prevented. */
export class Cancellable {
  #isPrevented = false;

  get defaultPrevented(): boolean {
    return this.#isPrevented;
  }

  readonly preventDefault = (): void => void (this.#isPrevented = true);
}
