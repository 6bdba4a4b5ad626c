// A module worker that imports an entry of the package and tells what that touched; then it uses
// the session of the SDKs, so that what watches is known to see something.

const touched = [];
const spied = (owner, name) => {
  if (!owner[name]) return;
  owner[name] = new Proxy(owner[name], {
    apply: (target, self, given) => (touched.push(name), Reflect.apply(target, self, given)),
    construct: (target, given) => (touched.push(name), Reflect.construct(target, given)),
  });
};
for (const name of [
  "Module", "Instance", "compile", "instantiate", "compileStreaming", "instantiateStreaming",
]) {
  spied(WebAssembly, name);
}
for (const name of [
  "WebSocket", "fetch", "setTimeout", "setInterval", "queueMicrotask", "addEventListener",
  "XMLHttpRequest", "Worker", "EventSource", "BroadcastChannel", "importScripts",
]) {
  spied(globalThis, name);
}

onmessage = async ({ data: { entry, host } }) => {
  try {
    const before = new Set(Reflect.ownKeys(globalThis));
    const api = await import(entry);
    const added = Reflect.ownKeys(globalThis).filter((name) => !before.has(name)).map(String);
    const atImport = [...touched, ...added];
    const session = new api.Session({ appId: "demo", host });
    const unused = touched.includes("WebSocket");
    session.me = session.getUser({ id: "resting worker", name: "Worker", role: "default" });
    const { name } = await session.currentUser.get();
    await session.destroy();
    const later = ["instantiate", "WebSocket"].filter((one) => touched.includes(one));
    postMessage({ atImport, unused, later, name });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};
