"use client";

// getSession, getProviders, getCsrfToken and createClient.
import { createClient, getCsrfToken, getProviders, getSession } from "@crossgate/next/client";
import { useEffect, useState } from "react";
import { Shown } from "@/components/shown";

const { getSession: getSessionElsewhere } = createClient({ basePath: "/api/auth" });

export default function OncePage() {
  const [value, setValue] = useState<object | null>(null);
  useEffect(() => {
    const asking = [getSession(), getSessionElsewhere(), getProviders(), getCsrfToken()] as const;
    void Promise.all(asking).then(([session, same, providers, token]) => {
      const names = [session, same].map((one) => one?.user.name ?? null);
      setValue({ names, providers: Object.keys(providers), token: token.length });
    });
  }, []);
  return <Shown value={value} />;
}
