"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";

type Status = "connecting" | "live" | "stopped";

const LABELS: Record<Status, string> = { connecting: "Connecting…", live: "Live", stopped: "Live updates stopped" };

/** Shows new orders without a reload, from whichever window they were placed in. */
export function LiveOrders() {
  const router = useRouter();
  const [status, setStatus] = useState<Status>("connecting");

  useEffect(() => {
    const events = new EventSource("/api/orders/events");
    events.addEventListener("open", () => setStatus("live"));
    events.addEventListener("error", () => setStatus(events.readyState === EventSource.CLOSED ? "stopped" : "connecting"));
    events.addEventListener("order", () => router.refresh());
    return () => events.close();
  }, [router]);

  return (
    <span className="badge" data-testid="live-status" data-status={status}>
      {LABELS[status]}
    </span>
  );
}
