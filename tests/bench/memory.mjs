// What a client takes of a page's memory: once its list is loaded, and after many events.

/** The lists, and how many events come; fewer for the original, which would take minutes. */
const CASES = [
  { list: "messages", count: 30 },
  { list: "messages", count: 3000 },
  { list: "conversations", count: 200 },
];
const CLIENTS = ["floor", "ours", "original"];
const EVENTS = { floor: 2000, ours: 2000, original: 100 };

/**
 * Measures all cases, each client in a page of its own. Gives a row for each, in bytes: `loaded`
 * beyond what the page itself takes, of it `module` in WebAssembly, and `grown` by the events.
 */
export async function memoryRows(stage) {
  const rows = [];
  for (const { list, count } of CASES) {
    const empty = await stage.page({ list, count, names: [] });
    const bare = await used(empty);
    await empty.close();
    for (const name of CLIENTS) {
      const page = await stage.page({ list, count, names: [name] });
      const loaded = await used(page);
      const module = await page.evaluate(() => globalThis.moduleBytes());
      const turn = [name, "created", EVENTS[name]];
      await page.evaluate((given) => globalThis.turn(...given), turn);
      const after = await used(page);
      await page.close();
      rows.push({ list, count, name, loaded: loaded - bare, module, grown: after - loaded });
    }
  }
  return rows;
}

/** The bytes in use, JavaScript's and WebAssembly's, when all garbage is gone. */
async function used(page) {
  const session = await page.context().newCDPSession(page);
  // What one collection frees may hold more that the next one can.
  for (let round = 0; round < 3; round++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize + (await page.evaluate(() => globalThis.moduleBytes()));
}
