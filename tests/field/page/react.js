// React 18 and React 19, and a component that follows something by effects alone.

import * as react18 from "react-18";
import { createRoot as createRoot18 } from "react-dom-18/client";
import * as react19 from "react";
import { createRoot as createRoot19 } from "react-dom/client";

const REACTS = { 18: [react18, createRoot18], 19: [react19, createRoot19] };

/**
 * Shows a component that subscribes in an effect, whose clean-up is the bare `unsubscribe`, and
 * takes it away again. `makes` are functions that subscribe. Gives the version, what React reports
 * and the subscriptions, one for each time that an effect ran.
 */
export async function mountAndLeave(version, makes) {
  const [react, createRoot] = REACTS[version];
  const made = [];
  const errors = [];
  function Component() {
    for (const make of makes) {
      react.useEffect(() => {
        const subscription = make();
        made.push(subscription);
        return subscription.unsubscribe;
      }, []);
    }
    return null;
  }
  const noteError = (event) => {
    errors.push(String(event.error?.message ?? event.message));
    event.preventDefault();
  };
  addEventListener("error", noteError);
  const onUncaughtError = ({ message }) => errors.push(message);
  const root = createRoot(document.createElement("div"), { onUncaughtError });
  const element = react.createElement(react.StrictMode, null, react.createElement(Component));
  const until = async (condition) => {
    for (let turn = 0; turn < 300 && !condition(); turn++) await new Promise((done) => setTimeout(done, 10));
  };
  root.render(element);
  await until(() => made.length >= makes.length || errors.length > 0);
  await new Promise((done) => setTimeout(done, 50));
  try {
    root.unmount();
  } catch (error) {
    errors.push(error.message);
  }
  await new Promise((done) => setTimeout(done, 50));
  removeEventListener("error", noteError);
  return { version: react.version, errors, made };
}
