// A module worker that uses the package. Workers have no import map, so it is named by its file.

import { getTalkSession } from "/pkg/index.js";

onmessage = async ({ data: host }) => {
  const session = getTalkSession({ appId: "demo", userId: "worker", host });
  await session.currentUser.createIfNotExists({ name: "Worker" });
  const conversation = session.conversation("of a worker");
  await conversation.createIfNotExists();
  const list = conversation.subscribeMessages();
  await list.connected;
  await conversation.send("from a worker");
  const { lastMessage } = await conversation.get();
  const fileToken = await session.uploadFile(new Blob(["bytes"]), { filename: "a.txt" });
  const sent = await conversation.send({ content: [{ type: "file", fileToken }] });
  const [{ url }] = (await sent.get()).content;
  const blob = await (await fetch(url)).text();
  const { name } = await session.currentUser.get();
  postMessage({ name, plaintext: lastMessage.plaintext, blob });
};
