// The page's one store: a value, changes to it, and who wants to hear of them.
import { useSyncExternalStore } from 'react';

export interface Store<State> {
  readonly get: () => State;
  /** Replaces the value; the same object back means that nothing changed. */
  readonly set: (change: (state: State) => State) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore<State>(initial: State): Store<State> {
  const held = { state: initial };
  const listeners = new Set<() => void>();
  return {
    get: () => held.state,
    set: (change) => {
      const next = change(held.state);
      if (next === held.state) return;
      held.state = next;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** `select` must give the same object for the same state: a part of it, and nothing made from it. */
export function useStore<State, Part>(store: Store<State>, select: (state: State) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
