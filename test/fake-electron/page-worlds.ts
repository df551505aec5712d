// What the stand-in puts into a page: a world of its own in which preload runs, and the bridge from there to the page.

export const WORLD = 'fake-electron-preload';
export const TO_MAIN = 'fakeElectronToMain';
export const FROM_MAIN = 'fakeElectronFromMain';

/** From a page to main, as JSON. */
export type PageSays =
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'invoke'; readonly call: number; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'port-closed'; readonly port: number }
  /** A window that the page wants; Electron asks main before there is one. */
  | { readonly kind: 'open'; readonly url: string };

/** From main to a page. */
export type MainSays =
  | {
      readonly kind: 'message';
      readonly channel: string;
      readonly args: readonly unknown[];
      readonly ports: readonly number[];
    }
  | { readonly kind: 'answer'; readonly call: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'port-closed'; readonly port: number };

/** In the page's own world, before the page: takes what preload exposes. Only text crosses from world to world. */
const PAGE_WORLD = `(() => {
  if (window.top !== window) return;
  const on = (name, listener) => document.addEventListener('fake-electron:' + name, (event) => listener(JSON.parse(event.detail)));
  const say = (name, said) => document.dispatchEvent(new CustomEvent('fake-electron:' + name, { detail: JSON.stringify(said) }));
  const callbacks = [];
  const answers = new Map();
  const settle = new Map();
  let calls = 0;
  const plain = (value) => {
    if (typeof value === 'function') return { callback: callbacks.push(value) - 1 };
    return { value: value === undefined ? null : structuredClone(value) };
  };
  on('returned', (said) => answers.set(said.call, said));
  on('settled', ({ call, value, error }) => {
    const { resolve, reject } = settle.get(call);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  });
  on('callback', ({ callback, args }) => callbacks[callback](...args));
  const open = (url) => say('open', new URL(url, location.href).href);
  window.open = (url = 'about:blank') => {
    open(url);
    return null;
  };
  addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[target=_blank]') : null;
    if (link === null) return;
    event.preventDefault();
    open(link.href);
  });
  on('expose', ({ name, methods }) => {
    const made = methods.map((method) => [method, (...args) => {
      const call = (calls += 1);
      say('call', { call, name, method, args: args.map(plain) });
      const { kind, value, error } = answers.get(call);
      answers.delete(call);
      if (kind === 'error') throw new Error(error);
      if (kind === 'value') return value;
      return new Promise((resolve, reject) => settle.set(call, { resolve, reject }));
    }]);
    Object.defineProperty(window, name, { value: Object.freeze(Object.fromEntries(made)), enumerable: true });
  });
})()`;

/** In preload's world: `require('electron')` with the two modules of a sandboxed preload, then preload itself. */
const PRELOAD_WORLD = `(() => {
  if (window.top !== window) return;
  const toMain = globalThis.TO_MAIN;
  const say = (said) => toMain(JSON.stringify(said));
  const on = (name, listener) => document.addEventListener('fake-electron:' + name, (event) => listener(JSON.parse(event.detail)));
  const tell = (name, said) => document.dispatchEvent(new CustomEvent('fake-electron:' + name, { detail: JSON.stringify(said) }));
  const onlyThese = (name, object) => new Proxy(object, { get: (target, key) => {
    if (!(key in target)) throw new Error('The stand-in of Electron has no ' + name + '.' + String(key) + ' in preload.');
    return target[key];
  } });
  const heard = new Map();
  const calls = new Map();
  const ports = new Map();
  const exposed = new Map();
  const openPort = (id) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => say({ kind: 'port', port: id, data });
    port1.addEventListener('close', () => say({ kind: 'port-closed', port: id }));
    ports.set(id, port1);
    return port2;
  };
  globalThis.FROM_MAIN = (said) => {
    if (said.kind === 'message') {
      const event = { ports: said.ports.map(openPort), senderId: 0 };
      for (const listener of heard.get(said.channel) ?? []) listener(event, ...said.args);
    } else if (said.kind === 'answer') {
      const { resolve, reject } = calls.get(said.call);
      calls.delete(said.call);
      if (said.error === undefined) resolve(said.value);
      else reject(new Error(said.error));
    } else if (said.kind === 'port') ports.get(said.port)?.postMessage(said.data);
    else ports.get(said.port)?.close();
  };
  const ipcRenderer = onlyThese('ipcRenderer', {
    on: (channel, listener) => void heard.set(channel, [...(heard.get(channel) ?? []), listener]),
    send: (channel, ...args) => say({ kind: 'send', channel, args }),
    invoke: (channel, ...args) => new Promise((resolve, reject) => {
      const call = calls.size === 0 ? 1 : Math.max(...calls.keys()) + 1;
      calls.set(call, { resolve, reject });
      say({ kind: 'invoke', call, channel, args });
    }),
  });
  on('open', (url) => say({ kind: 'open', url }));
  on('call', ({ call, name, method, args }) => {
    const given = args.map((arg) => 'callback' in arg
      ? (...said) => tell('callback', { callback: arg.callback, args: said })
      : arg.value);
    try {
      const value = exposed.get(name)[method](...given);
      if (!(value instanceof Promise)) return tell('returned', { call, kind: 'value', value });
      tell('returned', { call, kind: 'promise' });
      value.then((result) => tell('settled', { call, value: result }), (error) => tell('settled', { call, error: error.message }));
    } catch (error) {
      tell('returned', { call, kind: 'error', error: error.message });
    }
  });
  const contextBridge = onlyThese('contextBridge', { exposeInMainWorld: (name, api) => {
    for (const [key, value] of Object.entries(api)) {
      if (typeof value !== 'function') throw new Error('The stand-in of Electron exposes functions only, and ' + name + '.' + key + ' is none.');
    }
    exposed.set(name, api);
    tell('expose', { name, methods: Object.keys(api) });
  } });
  const electron = onlyThese('electron', { contextBridge, ipcRenderer });
  const require = (name) => {
    if (name !== 'electron') throw new Error('module not found: ' + name + ' (a sandboxed preload has electron only)');
    return electron;
  };
  const module = { exports: {} };
  ((require, module, exports) => {
PRELOAD
  })(require, module, module.exports);
})()`;

export function pageWorldScript(): string {
  return PAGE_WORLD;
}

/** `preload` is the text of the built preload file. */
export function preloadWorldScript(preload: string): string {
  return PRELOAD_WORLD.replaceAll('TO_MAIN', TO_MAIN)
    .replaceAll('FROM_MAIN', FROM_MAIN)
    .replace('PRELOAD', () => preload);
}
