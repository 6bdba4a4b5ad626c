// <talk-session>
// The session: where everything starts.

/**
 * Opens the chat session of one user in one app, or hands back the one that is already open.
 *
 * Sessions are kept by `appId` and `userId`: as long as a session lives, asking for the same pair
 * gives the same object, whatever the other options say. A session that ended with an error is
 * replaced by a new one at the next call.
 *
 * The call returns at once. It checks in the background that the app exists; the socket opens with
 * the first request or subscription and closes by itself when nothing needs it.
 *
 * ```ts
 * import { getTalkSession } from "talk-session";
 *
 * const session = getTalkSession({ appId: "YOUR_APP_ID", userId: "alice" });
 * session.currentUser.createIfNotExists({ name: "Alice" });
 * ```
 *
 * @throws {@link TalkError} `invalid-argument` when `appId` or `userId` is not a non-empty string,
 * or another option has the wrong type.
 */
export function getTalkSession(options: TalkSessionOptions): TalkSession;

/** What {@link getTalkSession} needs to know: which app, which user, and where the service is. */
export interface TalkSessionOptions {
  /**
   * The app's ID, from the TalkJS dashboard. On the local backend `"demo"`, unless it was told
   * others.
   */
  appId: string;

  /**
   * The ID of the chatting user. Any non-empty string of your choice; it need not exist yet.
   */
  userId: string;

  /**
   * A JWT that proves who the user is.
   *
   * @deprecated Call {@link TalkSession.setToken} on the new session instead.
   */
  token?: string;

  /**
   * A function that returns a JWT, or a promise of one, each time the session needs it.
   *
   * If it throws, rejects or gives something that is not a string, the session ends.
   *
   * @deprecated Set {@link TalkSession.onNeedToken} instead, where you decide when to try again.
   */
  tokenFetcher?: () => string | Promise<string>;

  /**
   * The host of the chat service, with its port if it has one. Default: TalkJS's own service.
   *
   * `"localhost:4420"` is the local backend that comes with this project. Local names, plain IPv4
   * addresses and local IPv6 ones (`"[::1]:4420"`) are reached without TLS, all others with it.
   * `"@currentHost"` takes the host of the page that is shown in the browser's address bar.
   */
  host?: string;

  /** The exact addresses to use, one by one, in place of those that follow from `host`. */
  apiUrls?: TalkApiUrls;

  /**
   * The hex-encoded HMAC-SHA256 of the user ID under the app's secret key, made by your server.
   *
   * Needed only without a JWT, in an app that has identity verification switched on.
   */
  signature?: string;

  /**
   * Gives a session of its own even if one is open for this app and user. Default: `false`.
   *
   * The new session is not shared: later calls without this option still give the shared one.
   */
  forceCreateNew?: boolean;

  /** A name for the program that connects, which the service sees. Default: `"standalone"`. */
  clientBuild?: string;
}

/** The three addresses of a chat service. What is left out follows from `host`. */
export interface TalkApiUrls {
  /** Where the WebSocket connects, for example `"wss://chat.example.com/public_api/v1"`. */
  realtimeWsApiUrl?: string;

  /**
   * Where apps are checked and anonymous logins made, such as `"https://chat.example.com/api/v0"`.
   */
  internalHttpApiUrl?: string;

  /** Where files are uploaded, for example `"https://chat.example.com/public_api/v1"`. */
  restApiHttpUrl?: string;
}

/**
 * One user's live link to one app: hands out refs, keeps subscriptions alive, uploads files.
 *
 * Connecting, logging in, renewing tokens and coming back after a lost connection happen inside.
 * Calls made in the meantime wait and are then carried out in order; a send that has to be repeated
 * still arrives only once.
 *
 * Get one from {@link getTalkSession}, or make a {@link Session}, which is one with more to it.
 */
export interface TalkSession {
  /** The app ID the session was opened with. */
  readonly appId: string;

  /** The user the session was opened for; the same object as `user(userId)` gives. */
  readonly currentUser: UserRef;

  /**
   * Logs in with this JWT from now on.
   *
   * On an open connection the session renews its login in place: running calls and subscriptions go
   * on undisturbed. Before the first call it decides that the session uses JWTs at all, so call it
   * right after {@link getTalkSession}, or after setting {@link Session.me}.
   *
   * @param token - A JWT signed with HS256 and the app's secret key, with the claims `tokenType:
   * "user"`, `iss` (the app ID), `sub` (the user ID) and `exp`. It should last ten minutes or more:
   * one with less than two minutes left counts as expired.
   * @throws {@link TalkError} `invalid-argument` when `token` is not a string, or when the session
   * has already logged in without a JWT: a session cannot change over.
   */
  setToken(token: string): void;

  /**
   * Your function that fetches a new JWT and passes it to {@link TalkSession.setToken}.
   *
   * It is called when the session first needs a token and has none, before a token runs out, and
   * when the service turns one away. What it throws, or what the promise that it returns rejects
   * with, is reported as an uncaught error, and it is called again five seconds later. Without it,
   * a token that runs out ends the session.
   *
   * ```ts
   * session.onNeedToken = async () => {
   *   const response = await fetch("/api/chat-token");
   *   if (!response.ok) throw new Error(`no chat token: ${response.status}`);
   *   session.setToken(await response.text());
   * };
   * ```
   */
  onNeedToken?: () => void;

  /**
   * Tells you when the session has ended for good, and why.
   *
   * This happens when the app does not exist, when logging in is refused, or when a token ran out
   * and no new one came. Lost connections are not errors: the session mends them. The handler runs
   * at most once; on a session that has already ended it still runs. Call {@link getTalkSession}
   * again to start anew.
   *
   * @param handler - Gets the reason, a {@link TalkError}.
   * @returns A handle whose `unsubscribe` takes the handler off again.
   */
  onError(handler: (error: Error) => void): Subscription;

  /**
   * Gives a ref to any user of the app. The same ID gives the same object.
   *
   * Nothing is sent: the user need not exist.
   *
   * @param id - The user's ID.
   * @throws {@link TalkError} `invalid-argument` when `id` is not a non-empty string, or is longer
   * than 10,000 bytes when percent-encoded.
   */
  user(id: string): UserRef;

  /**
   * Gives a ref to a conversation. The same ID gives the same object.
   *
   * Nothing is sent: the conversation need not exist, and you need not be in it.
   *
   * ```ts
   * const support = session.conversation("support-1234");
   * await support.createIfNotExists({ subject: "Order 1234" });
   * await support.send("Where is my parcel?");
   * ```
   *
   * @param id - The conversation's ID.
   * @throws {@link TalkError} `invalid-argument` when `id` is not a non-empty string, or is longer
   * than 10,000 bytes when percent-encoded.
   */
  conversation(id: string): ConversationRef;

  /**
   * Watches the list of the conversations you are in, the one with the latest activity first.
   *
   * Activity means the creation of the last message or, where none was sent, your joining. The list
   * starts with 20 conversations; new and newly active ones come in by themselves, older ones by
   * {@link ConversationListSubscription.loadMore}. It is empty for a user who does not exist yet.
   *
   * ```ts
   * const list = session.subscribeConversations((conversations) => {
   *   for (const { subject, lastMessage } of conversations) {
   *     console.log(subject, lastMessage?.plaintext);
   *   }
   * });
   * ```
   *
   * @param onSnapshot - Called with the list, and whether it is complete, at the start and after
   * each change in it or in anything it contains. When it is known already, the first call comes
   * before this method returns.
   */
  subscribeConversations(
    onSnapshot?: (snapshot: ConversationSnapshot[], loadedAll: boolean) => void
  ): ConversationListSubscription;

  /**
   * Watches the list of those of your conversations that a filter lets through.
   *
   * It works like the list of all of them. A conversation comes in or goes out by itself when it
   * changes so that it fits or fits no more.
   *
   * ```ts
   * const unread = session.subscribeConversations(
   *   { filter: { isUnread: true, custom: { topic: ["oneOf", ["billing", "refunds"]] } } },
   *   (conversations) => console.log(conversations.length)
   * );
   * ```
   *
   * @param options - The `filter`. Without one, all your conversations are watched.
   * @param onSnapshot - Called with the list, and whether it is complete, at the start and after
   * each change in it or in anything it contains. When it is known already, the first call comes
   * before this method returns.
   * @throws {@link TalkError} `invalid-argument` when the filter is not a
   * {@link ConversationFilter}.
   */
  subscribeConversations(
    options: { filter?: ConversationFilter },
    onSnapshot?: (snapshot: ConversationSnapshot[], loadedAll: boolean) => void
  ): ConversationListSubscription;

  /**
   * Makes a search for messages in all your conversations. It begins with
   * {@link MessageSearch.setQuery}.
   *
   * Whether the service offers search depends on the plan of the app. It can take long, so show
   * what there is while it goes on, or wait for whole pages:
   *
   * ```ts
   * const search = session.searchMessages((results, status) => {
   *   for (const { message, conversation } of results) {
   *     console.log(conversation.subject, message.plaintext);
   *   }
   *   if (status === "searching") console.log("…");
   * });
   * search.setQuery("parcel");
   *
   * const page = await session.searchMessages().setQuery("parcel");
   * console.log(page.results.length, page.loadedAll);
   * ```
   *
   * @param onResults - Called with everything found so far each time something is found, and when
   * the status changes: `"searching"` while a page is on its way, then `"canLoadMore"` or, when
   * there is nothing more to find, `"loadedAll"`.
   */
  searchMessages(
    onResults?: (
      results: SearchMessageSnapshot[],
      status: "searching" | "canLoadMore" | "loadedAll"
    ) => void
  ): MessageSearch;

  /**
   * Makes a search for conversations that you are in. It begins with
   * {@link ConversationSearch.setQuery}.
   *
   * ```ts
   * const search = session.searchConversations();
   * const { results } = await search.setQuery("holidays", {
   *   conversation: { hasMessages: true },
   * });
   * console.log(results.map(({ subject }) => subject));
   * ```
   *
   * @param onResults - Called with everything found so far each time something is found, and when
   * the status changes; the status is one of those of {@link TalkSession.searchMessages}.
   */
  searchConversations(
    onResults?: (
      results: ConversationSnapshot[],
      status: "searching" | "canLoadMore" | "loadedAll"
    ) => void
  ): ConversationSearch;

  /**
   * Uploads a file of any kind, to be sent as a download.
   *
   * The service checks the name and the size before a byte goes out. Nothing is sent to anyone
   * until you pass the token to {@link ConversationRef.send}.
   *
   * ```ts
   * const fileToken = await session.uploadFile(file, { filename: file.name });
   * await conversation.send({ content: [{ type: "file", fileToken }] });
   * ```
   *
   * @param data - The content. A `Blob` or `File` is streamed by the browser, not copied.
   * @param metadata - The file's name.
   * @returns The token to send. Rejects with `invalid-argument` when an argument is wrong, with
   * `rejected` or `forbidden` when the service refuses the file, and with `session-ended`. Trouble
   * on the network is retried.
   */
  uploadFile(data: UploadData, metadata: GenericFileMetadata): Promise<FileToken>;

  /**
   * Uploads a picture, to be shown in the chat. Works like {@link TalkSession.uploadFile}.
   *
   * @param data - The picture, in any format that browsers show.
   * @param metadata - The name; width and height let a chat reserve the room before it is loaded.
   * @returns The token to send. Rejects like {@link TalkSession.uploadFile}.
   */
  uploadImage(data: UploadData, metadata: ImageFileMetadata): Promise<FileToken>;

  /**
   * Uploads a video, to be played in the chat. Works like {@link TalkSession.uploadFile}.
   *
   * @param data - The video, in any format that browsers play.
   * @param metadata - The name and, where known, the size of the picture and the length.
   * @returns The token to send. Rejects like {@link TalkSession.uploadFile}.
   */
  uploadVideo(data: UploadData, metadata: VideoFileMetadata): Promise<FileToken>;

  /**
   * Uploads music or another sound file, to be played in the chat. Works like
   * {@link TalkSession.uploadFile}.
   *
   * For something the user has just spoken, {@link TalkSession.uploadVoice} is the better choice.
   *
   * @param data - The sound, in any format that browsers play.
   * @param metadata - The name and, where known, the length.
   * @returns The token to send. Rejects like {@link TalkSession.uploadFile}.
   */
  uploadAudio(data: UploadData, metadata: AudioFileMetadata): Promise<FileToken>;

  /**
   * Uploads a voice message, to be shown as such. Works like {@link TalkSession.uploadFile}.
   *
   * @param data - The recording, for example from a `MediaRecorder`.
   * @param metadata - The name and, where known, the length.
   * @returns The token to send. Rejects like {@link TalkSession.uploadFile}.
   */
  uploadVoice(data: UploadData, metadata: VoiceRecordingFileMetadata): Promise<FileToken>;
}

/**
 * Hands in a `WebSocket` class for places that have none, such as Node.js before version 22.
 *
 * Call it before the first {@link getTalkSession}. Browsers do not need it.
 *
 * ```ts
 * import { registerPolyfills } from "talk-session";
 * import { WebSocket } from "ws";
 *
 * registerPolyfills({ WebSocket });
 * ```
 *
 * @param polyfills - The class to use in place of the global one.
 */
export function registerPolyfills(polyfills: { WebSocket: object }): void;
// </talk-session>
