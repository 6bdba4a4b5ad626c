// What the examples in the documentation take for granted: a session, a few refs, a chosen file, a
// device's push token, the WebSocket class of the `ws` package, two hooks of React's.

declare const session: import("talk-session").TalkSession;
declare const conversation: import("talk-session").ConversationRef;
declare const message: import("talk-session").MessageRef;
declare const file: File;
declare const deviceToken: string;
declare const getTalkSession: typeof import("talk-session").getTalkSession;

declare module "ws" {
  export const WebSocket: object;
}

declare module "react" {
  // As in React's own types, where an effect must not return a promise.
  type Destructor = () => void | { [none: symbol]: never };
  export function useEffect(effect: () => void | Destructor, dependencies?: readonly unknown[]): void;
  export function useState<T>(initial: T): [T, (next: T | ((last: T) => T)) => void];
}
