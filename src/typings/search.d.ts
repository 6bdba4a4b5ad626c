// <talk-session>
// Searches: for messages, and for conversations.

/**
 * A search for messages in all your conversations, from {@link TalkSession.searchMessages}.
 *
 * One object serves any number of queries, one after the other.
 */
export interface MessageSearch {
  /**
   * Starts to look for messages with these words, in place of any earlier query.
   *
   * Each word of the query must be the beginning of a word in the message's text. Capitals, order,
   * and punctuation around words make no difference: `RAIN, look` finds "Look at the rainbow", and
   * `bow` does not. Only text is searched. An empty query finds nothing, and the service is not
   * asked.
   *
   * A query that still runs is cancelled: its promise resolves with what it had found. The same
   * query and filter as before are not asked again.
   *
   * @param query - The words to look for.
   * @param filters - Which conversations to look in. Default: all of yours.
   * @returns The first page: the latest three messages, or fewer. Rejects with `invalid-argument`
   * when an argument is wrong, with `forbidden`, `payment-required` or `rejected` when the service
   * refuses the search, for example because the app's plan does not include it, and with
   * `session-ended`. Trouble on the network is retried.
   */
  setQuery(query: string, filters?: MessageSearchFilters): Promise<MessageSearchState>;

  /**
   * Goes on to older messages with the words of the query.
   *
   * While a page is on its way this asks for nothing more and only waits for it.
   *
   * @param limit - How many more, from 1 to 50. Default: 10.
   * @returns Everything found so far, this page included; at once when there is no query or nothing
   * more to find. Rejects with `invalid-argument` for another `limit`, and like
   * {@link MessageSearch.setQuery}.
   */
  loadMore(limit?: number): Promise<MessageSearchState>;
}

/** Where to look for messages, for {@link MessageSearch.setQuery}. */
export interface MessageSearchFilters {
  /** Only in conversations that this lets through. Default: all of yours. */
  conversation?: ConversationFilter;
}

/** What a search for messages has found at one moment. Frozen. */
export interface MessageSearchState {
  /** The messages found so far with their conversations, the newest first. */
  results: SearchMessageSnapshot[];

  /**
   * Whether there is nothing more to load.
   *
   * What was sent after the query began may be missing even so: results are not kept up to date.
   */
  loadedAll: boolean;
}

/** One message that a search has found. Frozen. */
export interface SearchMessageSnapshot {
  /** The conversation it is in. */
  conversation: ConversationSnapshot;

  /** The message itself. */
  message: MessageSnapshot;
}

/**
 * A search for conversations of yours, from {@link TalkSession.searchConversations}.
 *
 * One object serves any number of queries, one after the other.
 */
export interface ConversationSearch {
  /**
   * Starts to look for conversations with these words, in place of any earlier query.
   *
   * All words must be found in the `subject`, or all of them in the value of the custom key
   * `search`. How words are compared, and what becomes of an earlier query, is as for
   * {@link MessageSearch.setQuery}.
   *
   * @param query - The words to look for.
   * @param filters - Which conversations to look among. Default: all of yours.
   * @returns The first page: three conversations, or fewer. Rejects like
   * {@link MessageSearch.setQuery}.
   */
  setQuery(query: string, filters?: ConversationSearchFilters): Promise<ConversationSearchState>;

  /**
   * Goes on to further conversations with the words of the query.
   *
   * While a page is on its way this asks for nothing more and only waits for it.
   *
   * @param limit - How many more, from 1 to 50. Default: 10.
   * @returns Everything found so far, this page included; at once when there is no query or nothing
   * more to find. Rejects with `invalid-argument` for another `limit`, and like
   * {@link MessageSearch.setQuery}.
   */
  loadMore(limit?: number): Promise<ConversationSearchState>;
}

/** Where to look for conversations, for {@link ConversationSearch.setQuery}. */
export interface ConversationSearchFilters {
  /** Only conversations that this lets through. Default: all of yours. */
  conversation?: ConversationFilter;
}

/** What a search for conversations has found at one moment. Frozen. */
export interface ConversationSearchState {
  /** The conversations found so far, the latest activity first. */
  results: ConversationSnapshot[];

  /**
   * Whether there is nothing more to load.
   *
   * What changed after the query began may be missing even so: results are not kept up to date.
   */
  loadedAll: boolean;
}
// </talk-session>
