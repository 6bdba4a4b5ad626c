// Sessions, and the registry of them.

import type * as api from "./api";
import { Call } from "./calls";
import { checkFunction, checkId, refuse, unfit } from "./errors";
import { toBlob } from "./file";
import { canonicalFilter } from "./filters";
import { Host, setWebSocket } from "./host";
import { readOptions } from "./options";
import { RULES, problem } from "./params";
import { checkToken } from "./token";
import { ConversationRef, UserRef, refs } from "./refs";
import { makeSearch, type Status } from "./search";
import { Subscription } from "./subscription";

type ListListener = (snapshot: api.ConversationSnapshot[], loadedAll: boolean) => void;

// For the compiler an optional property is never undefined; what an accessor gives may be.
export class TalkSession implements Omit<api.TalkSession, "onNeedToken"> {
  readonly _users = refs<UserRef>();
  readonly _conversations = refs<ConversationRef>();

  /** `_host` gives what the session acts by, or throws if that is not there now. */
  constructor(readonly appId: string, readonly _host: () => Host) {}

  get currentUser(): UserRef {
    return this.user(this._host()._userId);
  }

  get onNeedToken(): (() => void) | undefined {
    return this._host()._needToken;
  }

  set onNeedToken(callback: (() => void) | undefined) {
    if (callback != null) checkFunction(callback, "onNeedToken");
    this._host()._setNeedToken(callback ?? undefined);
  }

  setToken(token: string): void {
    const needed = unfit(token?.trim?.() ?? token, true);
    if (needed) refuse("setToken: the token", needed, token);
    this._host()._setToken(token);
  }

  onError(handler: (error: Error) => void): api.ErrorSubscription {
    checkFunction(handler, "onError: the handler");
    const host = this._host();
    const entry = { _handler: handler };
    if (host._error) {
      host._tell((error) => entry._handler(error));
    } else host._handlers.add(entry);
    return {
      // A promise, for those who wait for it as in Kotlin and Flutter.
      unsubscribe: async () => {
        host._handlers.delete(entry);
        entry._handler = () => {};
      },
    };
  }

  /** What TalkJS's own user interfaces ask a session for. */
  readonly _authProvider = {
    getToken: (): Promise<string> => this._host()._call("Get the token", Call.Token, []),
    onTokenRefreshFailed: (handler: (error: Error) => void): (() => void) => {
      const { unsubscribe } = this.onError(handler);
      return () => void unsubscribe();
    },
  };

  user(id: string): UserRef {
    checkId(id, "session.user");
    this._host();
    return this._users(id, () => new UserRef(this._host, id));
  }

  conversation(id: string): ConversationRef {
    checkId(id, "session.conversation");
    this._host();
    return this._conversations(id, () => new ConversationRef(this._host, id));
  }

  subscribeConversations(
    first?: ListListener | { filter?: api.ConversationFilter }, second?: ListListener,
  ): api.ConversationListSubscription {
    const options = typeof first === "object" && first ? first : undefined;
    const filter = canonicalFilter(options?.filter);
    return new Subscription(
      this._host(), "conversations", Call.ListSubscribe, [filter],
      options || !first ? second : first as ListListener, 20, 30,
    );
  }

  searchMessages(
    onResults?: (results: api.SearchMessageSnapshot[], status: Status) => void,
  ): api.MessageSearch {
    return makeSearch(this._host(), "messages", onResults);
  }

  searchConversations(
    onResults?: (results: api.ConversationSnapshot[], status: Status) => void,
  ): api.ConversationSearch {
    return makeSearch(this._host(), "conversations", onResults);
  }

  uploadFile(data: api.UploadData, metadata: api.GenericFileMetadata): Promise<api.FileToken> {
    return upload(this, "", data, metadata);
  }

  uploadImage(data: api.UploadData, metadata: api.ImageFileMetadata): Promise<api.FileToken> {
    return upload(this, "image", data, metadata);
  }

  uploadVideo(data: api.UploadData, metadata: api.VideoFileMetadata): Promise<api.FileToken> {
    return upload(this, "video", data, metadata);
  }

  uploadAudio(data: api.UploadData, metadata: api.AudioFileMetadata): Promise<api.FileToken> {
    return upload(this, "audio", data, metadata);
  }

  uploadVoice(
    data: api.UploadData, metadata: api.VoiceRecordingFileMetadata,
  ): Promise<api.FileToken> {
    return upload(this, "voice", data, metadata);
  }
}

/** Uploads a file of a kind. */
async function upload(
  session: TalkSession, subtype: string, data: unknown, metadata: unknown,
): Promise<api.FileToken> {
  const host = session._host();
  const file = toBlob(data);
  const wrong = problem(metadata, RULES._file) ??
    ((metadata as Partial<api.GenericFileMetadata>).filename ? undefined : '"filename" is missing');
  return host._call(
    "Upload file",
    Call.Upload,
    [(metadata as api.GenericFileMetadata | null)?.filename, file.size],
    wrong,
    { _file: file, _fields: { ...(metadata as object), subtype } },
  );
}

const sessions = refs<TalkSession>();

export function getTalkSession(options: api.TalkSessionOptions): TalkSession {
  const text = readOptions(options);
  const { appId, userId, forceCreateNew } = options;
  const key = JSON.stringify([appId, userId]);
  const make = (): TalkSession => {
    const host = openHost(text, options);
    const session = new TalkSession(appId, () => host);
    host._session = session;
    return session;
  };
  return forceCreateNew ? make() : sessions(key, make, (session) => !session._host()._error);
}

/** Opens a session's half below: `text` is what `readOptions` gave for these options. */
export function openHost(text: string, options: api.TalkSessionOptions): Host {
  const { appId, userId, token } = options;
  const host = new Host(text, userId, (own) => checkToken(own, appId, userId));
  if (token) checkToken(token.trim(), appId, userId);
  host._fetchToken = options.tokenFetcher;
  return host;
}

export function registerPolyfills(polyfills: { WebSocket: object }): void {
  const WebSocket = polyfills?.WebSocket;
  if (typeof WebSocket !== "function") refuse("WebSocket", "a constructor", WebSocket);
  setWebSocket(WebSocket as new (url: string) => globalThis.WebSocket);
}
