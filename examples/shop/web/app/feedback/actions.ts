"use server";

import { apiFetch } from "@crossgate/next/server";
import { revalidatePath } from "next/cache";
import { send } from "@/lib/shop-api";

export type FeedbackState = { kind: "nothing" } | { kind: "sent" | "failed"; message: string };

export async function sendFeedback(_previous: FeedbackState, form: FormData): Promise<FeedbackState> {
  const text = String(form.get("text") ?? "");
  const answer = await send(apiFetch, "/api/feedback", { text });
  switch (answer.state) {
    case "ok":
      revalidatePath("/feedback");
      return { kind: "sent", message: "Thank you, we read every word." };
    case "signed-out":
      return { kind: "failed", message: "Please sign in again, then send it once more." };
    case "refused":
      return { kind: "failed", message: answer.message };
    case "not-found":
      return { kind: "failed", message: "Feedback cannot be sent right now." };
  }
}
