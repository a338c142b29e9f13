// Calls to the API from the browser.
import { type ApiJson, ApiError, apiJson, signIn } from "@crossgate/next/client";

const isSignedOut = (error: unknown) => error instanceof ApiError && error.status === 401;

/**
 * Calls `/api/…` and gives the JSON body. Where nobody is signed in (any more), the browser leaves for the sign-in page
 * and comes back to this one.
 */
export const callApi: ApiJson = async (path, init) => {
  try {
    return await apiJson(path, init);
  } catch (error) {
    if (isSignedOut(error)) await signIn();
    throw error;
  }
};

/** A sentence for people about whatever a call threw. */
export function describeError(error: unknown): string {
  return error instanceof ApiError ? error.message : "The shop cannot be reached right now.";
}
