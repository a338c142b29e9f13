import { apiFetch } from "@crossgate/next/server";
import type { Metadata } from "next";
import { SignedOutNotice } from "@/components/Notice";
import { formatDay } from "@/lib/format";
import { ask } from "@/lib/shop-api";
import type { Feedback } from "@/lib/types";
import { FeedbackForm } from "./FeedbackForm";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Feedback" };

export default async function FeedbackPage() {
  const answer = await ask<{ feedback: Feedback[] }>(apiFetch, "/api/feedback");
  if (answer.state !== "ok") return <SignedOutNotice />;
  return (
    <>
      <h1>Feedback</h1>
      <FeedbackForm />
      <ul className="stack plain">
        {answer.data.feedback.map((entry) => (
          <li key={entry.id} className="card" data-testid="feedback">
            <p>{entry.text}</p>
            <p className="muted">{formatDay(entry.createdAt)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
