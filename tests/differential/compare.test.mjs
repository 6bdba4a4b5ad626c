// The comparison itself: it must notice, and say what.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../scripts/lib/paths.mjs";
import { differences, judge } from "./compare.mjs";
import { takeApart } from "./normalise.mjs";

const HOST = "127.0.0.1:4420";
const ID = "msg_0123456789012345678901";
const OTHER_ID = "msg_9999999999012345678901";

/** A run in which Alice sends frames and sees things. */
function run({ frames = [], answers = [], seen = {}, host = HOST } = {}) {
  const url = `ws://${host}/public_api/v1/demo/realtime/alice?talkjs-client-id=12&talkjs-time=3`;
  const log = [
    { kind: "open", socket: 0, url },
    ...frames.map(([method, path, data = {}], index) => ({
      kind: "out", socket: 0, frame: [index, method, path, data, {}],
    })),
    ...answers.map((frame) => ({ kind: "in", socket: 0, frame })),
  ];
  return takeApart({ seen, log, host });
}

const found = (original, ours, options) => differences(run(original), run(ours), options);

test("the same, but for what is made up", () => {
  const key = (idempotencyKey) => [["POST", "/conversations/c/messages", { idempotencyKey }]];
  const one = {
    frames: key("abc"), answers: [[0, 200, { id: ID }]], seen: { sent: [{ resolved: ID }] },
  };
  const other = {
    frames: key("xyz"), answers: [[0, 200, { id: OTHER_ID }]],
    seen: { sent: [{ resolved: OTHER_ID }] }, host: "127.0.0.1:5000",
  };
  assert.deepEqual(found(one, other), []);
});

test("what changes something counts in its order", () => {
  const [a, b] = [["PUT", "/users/a"], ["PUT", "/users/b"]];
  assert.deepEqual(found({ frames: [a, b] }, { frames: [a] }), [
    "mutations of alice: only the original, #2: PUT /users/b {}",
  ]);
  assert.deepEqual(found({ frames: [a] }, { frames: [b] }), [
    "mutations of alice #1: original PUT /users/a {}, ours PUT /users/b {}",
  ]);
  assert.equal(found({ frames: [a, b] }, { frames: [b, a] }).length, 2);
});

test("what is subscribed to is let go of as often; otherwise fewer reads are right", () => {
  const [one, other] = [["SUBSCRIBE", "/users/a"], ["UNSUBSCRIBE", "/users/a"]];
  assert.deepEqual(found({ frames: [one, other] }, { frames: [] }), []);
  assert.deepEqual(found({ frames: [one, other] }, { frames: [one] }), [
    "reads of alice: original 1×, ours 0×: UNSUBSCRIBE /users/a {}",
  ]);
});

test("reads count as a set, taken apart", () => {
  const all = [["GET", "/users", { ids: ["a", "b"] }], ["GET", "/me/conversations/c"]];
  const apart = [all[1], ["GET", "/users", { ids: ["b"] }], ["GET", "/users", { ids: ["a"] }]];
  assert.deepEqual(found({ frames: all }, { frames: apart }), []);
  assert.deepEqual(found({ frames: all }, { frames: [...apart, all[1]] }), [
    "reads of alice: original 1×, ours 2×: GET /me/conversations/c {}",
  ]);
});

test("every push is acknowledged", () => {
  const publish = { answers: [[1, "PUBLISH", {}]] };
  const [first] = found(publish, publish);
  assert.match(first, /acknowledgements of alice: ours got 1 and confirmed $/);
});

test("what the application sees is compared all through", () => {
  const seen = (value) => ({ seen: { listener: [{ called: [value] }] } });
  assert.deepEqual(found(seen({ a: 1, b: [2] }), seen({ b: [2], a: 1 })), []);
  const [first] = found(seen({ a: { b: 1 } }), seen({ a: { b: 2 } }));
  assert.match(first, /^"listener" #1: .*\(called: 0: a: b: 1 against 2\)$/);
  assert.match(found(seen({ a: 1 }), seen({}))[0], /a is only in the original's/);
  assert.match(found(seen({}), { seen: {} })[0], /^"listener": only the original, #1/);
});

test("an error must say what the original's says", () => {
  const refusal = [[0, 403, { errorCode: "NOT_YOU", reasons: ["Because."] }]];
  const frames = [["PUT", "/users/bob"]];
  const ours = {
    name: "TalkError", message: "Set bob failed, 403 NOT_YOU: Because.", status: 403,
    code: "forbidden", reasons: ["Because."],
  };
  const of = (error) => ({
    frames, answers: refusal, seen: { set: [{ rejected: { "<error>": error } }] },
  });
  const message = "set user bob: status 403 NOT_YOU, reasons: Because.";
  const theirs = of({ name: "Error", message });
  assert.deepEqual(found(theirs, of(ours)), []);
  const whyNot = (change) => found(theirs, of({ ...ours, ...change }))[0] ?? "nothing";
  assert.match(whyNot({ message: "Failed, 403 NOT_YOU: Because." }), /our message lacks bob/);
  assert.match(whyNot({ message: "Set bob failed, 403." }), /lacks NOT_YOU.*lacks Because/);
  assert.match(whyNot({ status: 404 }), /our status is 404, not 403/);
  assert.match(whyNot({ code: "rejected" }), /our code is rejected, not forbidden/);
  assert.match(whyNot({ reasons: [] }), /our reasons are \[\]/);
  assert.match(whyNot({ name: "Error" }), /our error is a Error/);
  const resolved = { frames, answers: refusal, seen: { set: [{ resolved: null }] } };
  assert.match(found(theirs, resolved)[0], /rejected is only in the original's/);
});

test("connections are counted only where that is asked for", () => {
  const twice = run();
  const alice = twice.sessions.alice;
  alice.sockets = [...alice.sockets, ...alice.sockets];
  assert.deepEqual(differences(run(), twice), []);
  assert.equal(differences(run(), twice, { countsSockets: true }).length, 1);
});

test("unlisted differences are wrong, and so are listed ones that do not occur", () => {
  const listed = [{ is: "a", reason: "so" }, { is: "b[…]d", reason: "too" }];
  assert.deepEqual(judge(["a", "bccd"], listed), []);
  assert.deepEqual(judge(["a", "bccd", "c"], listed), ["not listed: c"]);
  assert.deepEqual(judge(["a"], listed), ["listed, but does not occur: b[…]d (too)"]);
  assert.deepEqual(judge([]), []);
});

test("a listed difference is one that was found, not several", () => {
  const wide = [{ is: "b[…]", reason: "so" }];
  assert.deepEqual(judge(["b1"], wide), []);
  assert.deepEqual(judge(["b1", "b2"], wide), ["listed, but occurs 2 times: b[…] (so)"]);
  const twice = [...wide, { is: "[…]1", reason: "too" }];
  assert.deepEqual(judge(["b1"], twice), ["listed 2 times: b1"]);
});

test("what a listed difference leaves out is between what it says, in its order", () => {
  const fits = (is, line) => judge([line], [{ is, reason: "so" }]).length === 0;
  assert.ok(fits("a[…]b[…]c", "a1b2c"));
  assert.ok(fits("a[…]c", "ac"));
  for (const line of ["a1c2b", "a1b2c3", "0a1b2c", "abc1"]) {
    assert.ok(!fits("a[…]b[…]c", line), line);
  }
  assert.ok(!fits("ab[…]bc", "abc"), "nothing is said twice");
});

test("ours must keep at least the objects that the original keeps", () => {
  const seen = (...kept) => ({ seen: { a: [{ called: [1], kept: [] }, { called: [2], kept }] } });
  assert.deepEqual(found(seen("0.1.sender", "0.2"), seen("0.1", "0.2", "0.3")), []);
  assert.deepEqual(found(seen("0.1", "0.2"), seen("0.10", "0.2.sender")), [
    '"a" #2: kept by the original, made anew by ours: 0.1 0.2',
  ]);
});

test("every difference that a scenario lists says where it is, and what it is", async () => {
  const places = [
    /^"[^"]+" #\d+: (original |\[…\]\()/, /^"[^"]+": only (the original|ours), #\d+: /,
    /^reads of \w+: original \d+×, ours \d+×: \w+ /,
    /^sessions: only the original has one for \w+$/,
    /^(sockets|logins|mutations) of \w+( #\d+: original |: only (the original|ours), #\d+: )/,
  ];
  for (const file of readdirSync(at("tests/differential/scenarios"))) {
    const { default: scenarios } = await import(`./scenarios/${file}`);
    for (const { name, differences: all = [] } of scenarios) {
      for (const { is, reason } of all) {
        const place = places.map((one) => one.exec(is)?.[0]).find(Boolean);
        assert.ok(place, `${name}: ${is}`);
        const rest = is.slice(place.length).replaceAll("[…]", "");
        const isEnough = place.startsWith("sessions") || rest.length >= 12;
        assert.ok(isEnough, `too little in ${name}: ${is}`);
        assert.ok(reason, `no reason in ${name}: ${is}`);
      }
    }
  }
});
