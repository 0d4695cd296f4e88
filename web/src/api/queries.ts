/** What the pages have read: kept, read again, and not thrown away for a fault that passes. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "./client.ts";

const TRIES = 3;
const PASSING: readonly number[] = [429, 502, 503, 504];

/** No answer, an overload, or views that have yet to catch up: the next asking may go well. */
function passes(error: unknown): boolean {
  return !(error instanceof Problem) || PASSING.includes(error.status);
}

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // What was read before stays on screen, and so does what somebody is typing beside it.
      if (passes(error) && query.state.data !== undefined) {
        query.setState({ error: null, status: "success", isInvalidated: true });
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => passes(error) && failures < TRIES,
    },
  },
});
