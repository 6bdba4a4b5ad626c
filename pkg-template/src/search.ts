// Searches: the query, and what was found so far. Each page is a call of its own, and the core
// keeps nothing of it when it is there, so whoever lets go of a search has ended it.

import { Call } from "./calls";
import { badArgument, checkFunction, countProblem, refuse, report, unfit } from "./errors";
import { canonicalFilter } from "./filters";
import type { Host, Page } from "./host";
import { isObject } from "./params";

export type Status = "searching" | "canLoadMore" | "loadedAll";

interface State {
  results: readonly object[];
  loadedAll: boolean;
}

interface Search {
  setQuery(query: string, filters?: { conversation?: unknown }): Promise<any>;
  loadMore(limit?: number): Promise<any>;
}

/** A search of `what`, "messages" or "conversations". */
export function makeSearch(
  host: Host, what: string, onResults?: (results: any, status: Status) => void,
): Search {
  if (onResults != null) checkFunction(onResults, "The listener");
  const nothing: State = Object.freeze({ results: Object.freeze([]), loadedAll: true });
  let state = nothing;
  /** What was asked. A query that failed may be asked again. */
  let asked: string | undefined;
  let cursor: string | undefined;
  /** The page that is on its way, and its promise. */
  let page: Page | undefined;
  let loading: Promise<State> | undefined;

  const tell = (results: readonly object[], status: Status): void => {
    try {
      onResults?.(results, status);
    } catch (error) {
      report(error);
    }
  };

  const load = (query: Record<string, string>): Promise<State> => {
    let { results } = state;
    const own: Page = page = {
      _found(result) {
        const all = results = Object.freeze([...results, result]);
        // Another listener may have set another query in the meantime.
        return () => page === own && tell(all, "searching");
      },
    };
    const end = (next?: string): State => {
      const reached = Object.freeze({ results, loadedAll: !next });
      if (page === own) {
        state = reached;
        cursor = next;
        page = loading = undefined;
        tell(results, next ? "canLoadMore" : "loadedAll");
      }
      return reached;
    };
    const path = `${what}/search?${new URLSearchParams(query)}`;
    return loading = host._call(`Search ${what}`, Call.Search, [path], "", undefined, own)
      .then(end, (error) => {
        results = state.results;
        if (page === own && !cursor) asked = undefined;
        end(cursor);
        throw error;
      });
  };

  return {
    async setQuery(query, filters) {
      const needed = unfit(query);
      if (needed) refuse("setQuery: the query", needed, query);
      if (filters != null && !isObject(filters)) refuse("setQuery: filters", "an object", filters);
      const filter = filters?.conversation ?? {};
      const own = canonicalFilter(filter, "setQuery: conversation") + query;
      if (own === asked) return loading ?? state;
      if (page) host._cancel(page);
      asked = own;
      page = loading = cursor = undefined;
      state = nothing;
      if (!query) {
        tell(state.results, "loadedAll");
        return state;
      }
      const loaded = load({
        // The service decodes it once more than the rest.
        searchString: encodeURIComponent(query),
        conversationFilter: JSON.stringify(filter),
        limit: "3",
      });
      tell(state.results, "searching");
      return loaded;
    },

    async loadMore(limit = 10) {
      const wrong = countProblem(limit, 50);
      if (wrong) throw badArgument(`loadMore: ${wrong}`);
      return loading ?? (cursor ? load({ cursor, limit: `${limit}` }) : state);
    },
  };
}
