// Contents as they come from the service: every kind of block and node, under both of its names, in
// every place that its plain text could depend on.

const text = (...children) => ({ type: "text", children });
const file = (fields) => ({ type: "file", fileToken: "t", url: "https://f.example/a.bin", ...fields });
const list = (...points) => ({ type: "bulletList", children: points.map(point) });
const point = (children) => ({ type: "bulletPoint", children: [].concat(children) });

/** Nodes with children, and nodes with a text. */
const PARENTS = {
  bold: {}, italic: {}, strikethrough: {}, bulletList: {}, bulletlist: {}, bulletPoint: {},
  bulletpoint: {}, link: { url: "https://l.example" }, actionLink: { action: "a", params: {} },
  actionlink: { action: "a", params: { k: "v" } }, actionButton: { action: "a", params: {} },
  actionbutton: { action: "a", params: {} },
};
const LEAVES = {
  mention: { id: "bob" }, autoLink: { url: "https://a.example" },
  autolink: { url: "https://a.example" }, codeSpan: {}, codespan: {}, customEmoji: {},
  customemoji: {},
};

const FILES = [
  {}, { subtype: "image", width: 1, height: 2 }, { subtype: "video" }, { subtype: "audio" },
  { subtype: "video", duration: 7 }, { subtype: "audio", duration: 7 }, { subtype: "other" },
  ...[undefined, 0, 0.4, 5, 59.6, 60, 61.9, 600, 3600, 36_000].map((duration) => ({
    subtype: "voice", duration,
  })),
];
const URLS = [
  "https://f.example/a/b%20c.png", "https://f.example/a.png?x=1/2#y/z", "https://f.example/",
  "https://f.example", "https://f.example/a/", "https://f.example/%F0%9F%98%80.txt", "a.txt", "",
  "https://f.example/a%2Fb.txt", "https://f.example/a+b.txt", "blob:https://f.example/x-y",
  "https://f.example/a/?x", "https://f.example/a%2F", "https://f.example/a%3Fb", "?", "x?y", "a/#b",
  "https://f.example/a%23b", "https://f.example/a?b=c%2Fd", "a\\b.txt", "https://f.example/a b.txt",
  "https://f.example/%252F", "https://f.example/a%2F?%2Fb", "/", "//", "é/ü.txt", "a%2F%3Fb",
];

/** Each is the content of one message. */
export function allContents() {
  return [
    [],
    [text()],
    [text("")],
    [text("a", "b\n", "c")],
    ...Object.entries(PARENTS).flatMap(([type, fields]) => {
      const node = (...children) => ({ type, ...fields, children });
      return [
        [text(node("x"))],
        [text("a", node("x"), "b")],
        [text("a\n", node("x"), "b")],
        [text(node())],
        [text("a", node(), "b")],
        [text(node("x"), node("y"))],
        [text({ type: "bold", children: ["a", node("x")] }, "b")],
        [text(node({ type: "italic", children: ["x", node("y"), "z"] }))],
        [text("a"), text(node("x")), text("b")],
      ];
    }),
    ...Object.entries(LEAVES).flatMap(([type, fields]) => {
      const node = { type, ...fields, text: "x y" };
      return [
        [text(node)],
        [text("a", node, "b")],
        [text({ ...node, text: "" })],
        [text({ type: "bold", children: [node] }, node)],
        [text(list(["a ", node], node))],
      ];
    }),
    [text("a", list("b", "c"), "d")],
    [text("a", list("b"), list("c"), "d")],
    [text(list("b"), "\n", list("c"))],
    [text(list(["b", list("c", "d")], "e"))],
    [text(list([list("c")], [list(list("d"))]), "x")],
    [text({ type: "bold", children: [list("b")] }, list("c"))],
    [text("a"), text(list("b"))],
    [text(list("b")), text("a")],
    [text(list("a\n", "\nb"))],
    ...FILES.map((fields) => [file(fields)]),
    ...URLS.map((url) => [file({ url })]),
    ...URLS.map((url) => [file({ url, filename: "n.txt", size: 3 })]),
    [{ type: "location", latitude: 1, longitude: 2 }],
    [text("a"), { type: "location", latitude: 1, longitude: 2 }, file({}), text("b")],
    [text(""), text("a"), text(), text("b")],
    [{ type: "poll", question: "?" }],
    [text("a"), { type: "poll" }, text("b")],
    [{ type: "poll" }, text("a")],
  ];
}

/** What the original leaves out of the plain text or cannot read, and what it is here. */
export function unknownContents() {
  return [
    [[text("a", { type: "blink", children: ["b"] }, "c")], "abc"],
    [[text("a", { type: "spoiler", text: "b" }, { type: "rule" }, "c")], "abc"],
    [[file({ url: "https://f.example/%ff.png" })], "📎 %ff.png"],
    [[file({ url: "https://f.example/100%.png" })], "📎 100%.png"],
  ];
}
