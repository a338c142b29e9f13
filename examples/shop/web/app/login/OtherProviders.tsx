"use client";

import { getProviders, type Provider, signIn } from "@crossgate/next/client";
import { useEffect, useState } from "react";

/** A button for every way to sign in that is not the form above. */
export function OtherProviders({ callbackUrl }: { callbackUrl: string }) {
  const [providers, setProviders] = useState<Provider[]>([]);
  useEffect(() => {
    void getProviders().then((found) => setProviders(Object.values(found)));
  }, []);
  const others = providers.filter((provider) => provider.type !== "credentials");
  if (others.length === 0) return null;
  return (
    <div className="providers">
      <p className="muted">or</p>
      {others.map(({ id, name }) => (
        <button key={id} className="button quiet wide" data-testid={`provider-${id}`} onClick={() => signIn(id, { callbackUrl })}>
          Continue with {name}
        </button>
      ))}
    </div>
  );
}
