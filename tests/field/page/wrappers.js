// How each library holds what an application puts into its store: `wrap(value)` puts a value in and
// gives what comes out again.

import Alpine from "alpinejs";
import { produce } from "immer";
import { makeAutoObservable, observable, runInAction } from "mobx";
import { createPinia, defineStore } from "pinia";
import { createMutable, createStore } from "solid-js/store";
import { proxy, snapshot } from "valtio/vanilla";
import { createApp, reactive, readonly, ref } from "vue";
import { createStore as createZustand } from "zustand/vanilla";
import { immer } from "zustand/middleware/immer";
import { state } from "./state.svelte.js";

let stores = 0;

function pinia(value) {
  const app = createApp({});
  app.use(createPinia());
  const useStore = defineStore(`store ${stores++}`, { state: () => ({ value: undefined }) });
  const store = app.runWithContext(() => useStore());
  store.value = value;
  return store.value;
}

/** Everything that is read is wrapped in turn, but for what a proxy may not give another value for. */
function membrane(value) {
  const wrap = (one) =>
    typeof one === "object" && one !== null && !(one instanceof Promise) ? new Proxy(one, handler) : one;
  const handler = {
    get(target, key, receiver) {
      const own = Object.getOwnPropertyDescriptor(target, key);
      const one = Reflect.get(target, key, receiver);
      return own && !own.configurable && !own.writable ? one : wrap(one);
    },
  };
  return wrap(value);
}

class Holder {
  value = undefined;
  constructor() {
    makeAutoObservable(this);
  }
}

export const WRAPPERS = {
  "Vue reactive": (value) => reactive({ value }).value,
  "Vue ref": (value) => ref(value).value,
  "Vue readonly": (value) => readonly({ value }).value,
  "Pinia": pinia,
  "Alpine": (value) => Alpine.reactive({ value }).value,
  "Valtio proxy": (value) => proxy({ value }).value,
  "Valtio snapshot": (value) => snapshot(proxy({ value })).value,
  "MobX observable": (value) => observable({ value }).value,
  "MobX makeAutoObservable": (value) => {
    const holder = new Holder();
    runInAction(() => {
      holder.value = value;
    });
    return holder.value;
  },
  "Immer draft": (value) => {
    let drafted;
    const next = produce({ value: undefined }, (draft) => {
      draft.value = value;
      drafted = draft.value;
    });
    if (next.value !== drafted) throw new Error("a draft is another one afterwards");
    return produce(next, () => {}).value;
  },
  "Zustand": (value) => createZustand(() => ({ value })).getState().value,
  "Zustand with Immer": (value) => {
    const store = createZustand(immer(() => ({ value: undefined })));
    store.setState((draft) => {
      draft.value = value;
    });
    return store.getState().value;
  },
  "Solid store": (value) => createStore({ value })[0].value,
  "Solid mutable": (value) => createMutable({ value }).value,
  "Svelte $state": (value) => state(value).value,
  "Proxy": (value) => new Proxy(value, {}),
  "Proxy all the way": membrane,
  "Object.create": (value) => Object.create(value),
};
