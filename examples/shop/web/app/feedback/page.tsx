import type { Metadata } from "next";
import { headers } from "next/headers";
import { SignedOutNotice } from "@/components/Notice";
import { formatDay } from "@/lib/format";
import { callApi } from "@/lib/shop-api";
import type { Feedback } from "@/lib/types";
import { FeedbackForm } from "./FeedbackForm";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Feedback" };

export default async function FeedbackPage() {
  const authorization = (await headers()).get("authorization");
  const answer = await callApi<{ feedback: Feedback[] }>("/api/feedback", authorization);
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
