"use client";

import { ServerErrorNotice } from "@/components/Notice";

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <ServerErrorNotice>
      {error.digest && <p className="muted">Reference: {error.digest}</p>}
      <button className="button" onClick={reset}>
        Try again
      </button>
    </ServerErrorNotice>
  );
}
