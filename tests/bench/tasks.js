// Tasks of the page, made without the delays that the browser adds to timers.

const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => waiting.shift()();

/** Resolves in a task of its own. Several may wait at a time. */
export function nextTask() {
  port2.postMessage(null);
  return new Promise((resolve) => waiting.push(resolve));
}
