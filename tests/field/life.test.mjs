// Life and death of sessions in Node: what is idle holds nothing, what nobody holds is collected.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jwt, program, WITH_SECURE_APP } from "./node.mjs";
import { useStage } from "./stage.mjs";

const stage = useStage(WITH_SECURE_APP);

const run = (client, body, args) => program({ client, body, host: stage.backend.host, args });

/** Opens sessions, uses each, and lets go of them. Gives how many are still there at the end. */
const DROPPED = `
  const count = 60;
  const refs = [];
  for (let n = 0; n < count; n++) {
    const session = getTalkSession({ appId: "demo", userId: "dropped " + n % 3, host, forceCreateNew: true });
    await session.currentUser.get();
    refs.push(new WeakRef(session));
  }
  let left = count;
  // What was looked at a moment ago is kept for half a minute.
  for (const end = Date.now() + 50_000; left > 0 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    gc();
    left = refs.filter((ref) => ref.deref()).length;
  }
  console.log(JSON.stringify(left));
  process.exit();`;

// Nearly all of their time they wait.
describe("in Node", { concurrency: true }, () => {
  for (const client of ["ours", "original"]) {
    test(`${client}: a process with a token ends by itself when it has nothing left to do`, async () => {
      const user = `idle ${client}`;
      const name = await run(client, `
        const [userId, token] = rest;
        const tokenFetcher = async () => token;
        const session = getTalkSession({ appId: "secure", userId, tokenFetcher, host });
        await session.currentUser.createIfNotExists({ name: "Idle" });
        console.log(JSON.stringify((await session.currentUser.get()).name));`, [user, jwt(user)]);
      assert.equal(name, "Idle");
    });
  }

  test("sessions that were dropped are collected, as the original's are", async () => {
    const left = await Promise.all(["ours", "original"].map((client) => run(client, DROPPED)));
    // The last one may still be on the stack.
    assert.ok(left.every((count) => count <= 1), `${left} are left`);
  });

  test("a session that is dropped while it is registered is collected, too, and a new one works", async () => {
    const [left, name] = await run("ours", `
      const open = () => getTalkSession({ appId: "demo", userId: "registered", host });
      const use = async () => {
        const session = open();
        await session.currentUser.createIfNotExists({ name: "Registered" });
        if (open() !== session) throw new Error("another session");
        return new WeakRef(session);
      };
      const ref = await use();
      for (const end = Date.now() + 20_000; ref.deref() && Date.now() < end; ) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        gc();
      }
      console.log(JSON.stringify([!!ref.deref(), (await open().currentUser.get()).name]));`);
    assert.deepEqual([left, name], [false, "Registered"]);
  });

  test("a session with a subscription stays, though nobody holds it, and is the registered one", async () => {
    const [same, heard] = await run("ours", `
      const open = () => getTalkSession({ appId: "demo", userId: "listening", host });
      let name;
      await open().currentUser.createIfNotExists({ name: "Before" });
      await open().currentUser.subscribe((user) => (name = user.name)).connected;
      const ref = new WeakRef(open());
      for (let n = 0; n < 20; n++) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        gc();
      }
      const same = ref.deref() === open();
      await open().currentUser.set({ name: "After" });
      while (name !== "After") await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(JSON.stringify([same, name]));
      process.exit();`);
    assert.deepEqual([same, heard], [true, "After"]);
  });

  test("sessions that are opened, used and destroyed give their memory back", async () => {
    const { instances, grown } = await run("ours", `
      let engines = 0, gone = 0;
      const registry = new FinalizationRegistry(() => gone++);
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (source, imports) => {
        const made = await instantiate(source, imports);
        // Not that which unpacks the module.
        if (source instanceof WebAssembly.Module) {
          engines++;
          registry.register(made.exports.memory, 0);
        }
        return made;
      };
      const one = async (n) => {
        const session = new Session({ appId: "demo", host });
        session.me = session.getUser({ id: "destroyed " + n % 5, name: "X", role: "default" });
        await session.me.get();
        await session.destroy();
      };
      const settle = async () => {
        for (let n = 0; n < 8; n++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          gc();
        }
      };
      for (let n = 0; n < 20; n++) await one(n);
      await settle();
      const before = process.memoryUsage().heapUsed;
      for (let n = 0; n < 400; n++) await one(n);
      await settle();
      const grown = (process.memoryUsage().heapUsed - before) / 400;
      console.log(JSON.stringify({ instances: engines - gone, grown }));
      process.exit();`);
    assert.ok(instances <= 2, `${instances} instances are left`);
    assert.ok(grown < 1_000, `${grown} bytes of each session are left`);
  });
});
