// How components reach the model: one context, and a hook for a part of the state.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { HostState } from '../host/host-link.ts';
import type { AppModel } from './app-model.ts';
import type { AppState, OpenNode } from './app-state.ts';
import { useStore } from './store.ts';

export const AppContext = createContext<AppModel | undefined>(undefined);

export function useModel(): AppModel {
  const model = useContext(AppContext);
  if (model === undefined) throw new Error('a component of the page stands outside the app');
  return model;
}

/** `select` gives a part of the state, and makes nothing new. */
export function useApp<Part>(select: (state: AppState) => Part): Part {
  return useStore(useModel().store, select);
}

export function useHost(): HostState {
  const { host } = useModel();
  return useSyncExternalStore(host.subscribe, host.state);
}

/** The node that is shown. */
export function useShown(): OpenNode | undefined {
  return useApp((state) => (state.shown === undefined ? undefined : state.nodes.get(state.shown)));
}
