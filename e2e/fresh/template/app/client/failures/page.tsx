"use client";

// ClientError: what no status of an answer says.
import { apiFetch, ClientError } from "@crossgate/next/client";
import { useEffect, useState } from "react";
import { Shown } from "@/components/shown";

export default function FailuresPage() {
  const [said, setSaid] = useState("");
  useEffect(() => setSaid("ready"), []);
  const ask = (address: string) =>
    apiFetch(address).catch((error: unknown) => {
      if (!(error instanceof ClientError)) throw error;
      setSaid(error.code);
    });
  return (
    <main>
      <Shown value={said} />
      <button onClick={() => ask("https://elsewhere.example/api/orders")}>Ask another site</button>
      <button onClick={() => ask("/api/kind")}>Ask the API</button>
    </main>
  );
}
