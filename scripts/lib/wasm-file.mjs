// Reading and rewriting the outer layer of a WebAssembly module: its sections, imports, exports and
// names. Enough for two jobs: giving imports and exports short names, and counting code per crate.

const SECTION = { custom: 0, type: 1, import: 2, function: 3, export: 7, code: 10, data: 11 };

/** Splits a module into `{id, name?, body}`; `name` is there for custom sections. */
export function sections(bytes) {
  const reader = new Reader(bytes);
  if (bytes.length < 8 || reader.u32le() !== 0x6d736100) {
    throw new Error("This is not a WebAssembly module: it does not begin with \\0asm.");
  }
  const version = reader.u32le();
  if (version !== 1) throw new Error(`WebAssembly version ${version} is unknown; 1 was expected.`);
  const found = [];
  while (!reader.done()) {
    const id = reader.byte();
    const body = reader.bytes(reader.leb());
    if (id === SECTION.custom) {
      const inner = new Reader(body);
      found.push({ id, name: inner.string(), body });
    } else {
      found.push({ id, body });
    }
  }
  return found;
}

/** Puts sections together again. */
export function assemble(list) {
  const out = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const parts = [Uint8Array.from(out)];
  for (const { id, body } of list) parts.push(Uint8Array.from([id, ...leb(body.length)]), body);
  return Buffer.concat(parts);
}

/** The module with every size of sections and functions in as few bytes as it takes. */
export function withShortSizes(bytes) {
  return assemble(
    sections(bytes).map((section) => {
      if (section.id !== SECTION.code) return section;
      const reader = new Reader(section.body);
      const count = reader.leb();
      const bodies = Array.from({ length: count }, () => reader.bytes(reader.leb()));
      const sized = bodies.flatMap((body) => [...leb(body.length), ...body]);
      return { ...section, body: Uint8Array.from([...leb(count), ...sized]) };
    }),
  );
}

/**
 * Renames imports and exports. `importName(module, name)` returns `[module, name]` and
 * `exportName(name)` the new name; return what came in to leave it.
 */
export function rename(bytes, { importName, exportName }) {
  return assemble(
    sections(bytes).map((section) => {
      if (section.id === SECTION.import) {
        return { ...section, body: rewriteImports(section.body, importName) };
      }
      if (section.id === SECTION.export) {
        const renamed = (name, kind, index) => [exportName(name), index];
        return { ...section, body: rewriteExports(section.body, renamed) };
      }
      return section;
    }),
  );
}

/** The imports, as `{module, name}`. */
export function imports(bytes) {
  const list = [];
  rename(bytes, {
    importName: (module, name) => (list.push({ module, name }), [module, name]),
    exportName: (name) => name,
  });
  return list;
}

/** The names of the exports. */
export function exportNames(bytes) {
  const list = [];
  rename(bytes, {
    importName: (module, name) => [module, name],
    exportName: (name) => (list.push(name), name),
  });
  return list;
}

/** Bytes of code per function, as `{name, size}`; needs a module that still has its names. */
export function functionSizes(bytes) {
  const all = sections(bytes);
  const code = all.find(({ id }) => id === SECTION.code);
  const names = functionNames(all.find(({ name }) => name === "name"));
  const imported = countImportedFunctions(all.find(({ id }) => id === SECTION.import));
  const reader = new Reader(code.body);
  const count = reader.leb();
  return Array.from({ length: count }, (_, index) => {
    const before = reader.at;
    reader.bytes(reader.leb());
    return { name: names.get(imported + index) ?? "?", size: reader.at - before };
  });
}

/** Bytes of all data segments, with their headers. */
export const dataSize = (bytes) =>
  sections(bytes).find(({ id }) => id === SECTION.data)?.body.length ?? 0;

function rewriteImports(body, importName) {
  const reader = new Reader(body);
  const count = reader.leb();
  const out = [...leb(count)];
  for (let i = 0; i < count; i++) {
    const [module, name] = importName(reader.string(), reader.string());
    const start = reader.at;
    skipImportKind(reader);
    out.push(...string(module), ...string(name), ...body.subarray(start, reader.at));
  }
  return Uint8Array.from(out);
}

function skipImportKind(reader) {
  const kind = reader.byte();
  const limits = () => {
    const flags = reader.byte();
    reader.leb();
    if (flags & 1) reader.leb();
  };
  if (kind === 0) reader.leb();
  else if (kind === 1) (reader.byte(), limits());
  else if (kind === 2) limits();
  else if (kind === 3) (reader.byte(), reader.byte());
  else if (kind === 4) (reader.byte(), reader.leb());
  else throw new Error(`An import of kind ${kind} is unknown; 0 to 4 were expected.`);
  return kind;
}

/** The exports with other names and numbers: `rewrite(name, kind, index)` gives `[name, index]`. */
export function rewriteExports(body, rewrite) {
  const reader = new Reader(body);
  const count = reader.leb();
  const out = [...leb(count)];
  for (let i = 0; i < count; i++) {
    const [old, kind] = [reader.string(), reader.byte()];
    const [name, index] = rewrite(old, kind, reader.leb());
    out.push(...string(name), kind, ...leb(index));
  }
  return Uint8Array.from(out);
}

export function countImportedFunctions(section) {
  if (!section) return 0;
  const reader = new Reader(section.body);
  let functions = 0;
  for (let left = reader.leb(); left > 0; left--) {
    reader.string();
    reader.string();
    if (skipImportKind(reader) === 0) functions++;
  }
  return functions;
}

function functionNames(section) {
  const names = new Map();
  if (!section) return names;
  const reader = new Reader(section.body);
  reader.string();
  while (!reader.done()) {
    const kind = reader.byte();
    const inner = new Reader(reader.bytes(reader.leb()));
    if (kind !== 1) continue;
    for (let left = inner.leb(); left > 0; left--) names.set(inner.leb(), inner.string());
  }
  return names;
}

export class Reader {
  constructor(source) {
    this.source = source;
    this.at = 0;
  }
  done() {
    return this.at >= this.source.length;
  }
  byte() {
    if (this.done()) throw new Error("The WebAssembly module ends in the middle of something.");
    return this.source[this.at++];
  }
  u32le() {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }
  leb() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
  bytes(length) {
    const part = this.source.subarray(this.at, this.at + length);
    if (part.length !== length) {
      throw new Error("The WebAssembly module ends in the middle of something.");
    }
    this.at += length;
    return part;
  }
  string() {
    return Buffer.from(this.bytes(this.leb())).toString("utf8");
  }
}

export function leb(value) {
  const out = [];
  do {
    const rest = Math.floor(value / 128);
    out.push((value % 128) + (rest > 0 ? 128 : 0));
    value = rest;
  } while (value > 0);
  return out;
}

function string(text) {
  const bytes = Buffer.from(text, "utf8");
  return [...leb(bytes.length), ...bytes];
}
