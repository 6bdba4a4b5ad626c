// Which methods of the API a scenario calls, by the names that the typings give to the objects.

/**
 * @param {Record<string, Record<string, string>>} handles what `handlesOf` gave: for each kind of
 *   object its methods, and the kind of object that each of them gives ("" if none)
 */
export function recordCalls(handles) {
  const called = new Set();
  /** @type {WeakMap<object, string>} */
  const kinds = new WeakMap();
  const patched = new Set();
  let depth = 0;

  /** Whatever is called on this object from now on is recorded. Gives the object. */
  const watch = (object, kind) => {
    if (!handles[kind] || object === null || typeof object !== "object") return object;
    kinds.set(object, kind);
    if (typeof object.currentUser === "object") watch(object.currentUser, "UserRef");
    for (let level = object; level && level !== Object.prototype && level !== Promise.prototype;
      level = Object.getPrototypeOf(level)) {
      if (!patched.has(level)) patch(level);
    }
    return object;
  };

  const patch = (level) => {
    patched.add(level);
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const { value, writable } = property;
      if (typeof value !== "function" || name === "constructor" || !writable) continue;
      level[name] = function (...args) {
        const kind = kinds.get(this);
        // What a method calls on its own is not called by the scenario.
        if (depth === 0 && kind && name in handles[kind]) called.add(`${kind}.${name}`);
        depth += 1;
        try {
          return made(value.apply(this, args), handles[kind]?.[name]);
        } finally {
          depth -= 1;
        }
      };
    }
  };

  const made = (result, kind) => {
    if (!kind) return result;
    if (result instanceof Promise) result.then((object) => watch(object, kind), () => {});
    else watch(result, kind);
    return result;
  };

  return { watch, called };
}
