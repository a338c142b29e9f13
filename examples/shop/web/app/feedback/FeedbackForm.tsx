"use client";

import { useActionState } from "react";
import { type FeedbackState, sendFeedback } from "./actions";

const NOTHING: FeedbackState = { kind: "nothing" };

export function FeedbackForm() {
  const [state, action, isPending] = useActionState(sendFeedback, NOTHING);
  return (
    <form action={action} className="card">
      <label className="field">
        What should we do better?
        <textarea name="text" rows={4} maxLength={2000} required />
      </label>
      {state.kind !== "nothing" && (
        <p role={state.kind === "failed" ? "alert" : "status"} className={state.kind === "sent" ? "success" : undefined} data-testid="feedback-result">
          {state.message}
        </p>
      )}
      <button className="button" data-testid="feedback-send" disabled={isPending}>
        Send
      </button>
    </form>
  );
}
