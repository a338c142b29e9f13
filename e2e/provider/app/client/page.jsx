// Everything an app does with next-auth, a button for each. The page says what came of it.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

/** What a page may ask of a provider, and what it may not. */
const WISHES = {
  login_hint: "grace",
  scope: "openid everything",
  state: "chosen-by-the-page",
  redirect_uri: "https://elsewhere.example/",
};

/** Linking is Crossgate's own; next-auth's client has no function for it. */
async function link(client, provider) {
  const body = new URLSearchParams({ csrfToken: await client.getCsrfToken(), callbackUrl: window.location.href, json: "true" });
  const headers = { "X-Auth-Return-Redirect": "1" };
  const response = await fetch(`/api/auth/link/${provider}`, { method: "POST", headers, body });
  window.location.href = (await response.json()).url;
}

function Provider({ client, id, onResult }) {
  return (
    <p>
      <button onClick={() => client.signIn(id)}>Sign in with {id}</button>
      <button onClick={() => client.signIn(id, { callbackUrl: "/private?from=client&note=a%26b" })}>Open private with {id}</button>
      <button onClick={() => client.signIn(id, { redirect: false }).then(onResult)}>Ask {id} without leaving</button>
      <button onClick={() => client.signIn(id, undefined, WISHES)}>Sign in with {id} as Grace</button>
      <button onClick={() => link(client, id)}>Link {id}</button>
    </p>
  );
}

function Client({ client }) {
  const { data, status } = client.useSession();
  const [providers, setProviders] = useState({});
  const [result, setResult] = useState();
  useEffect(() => void client.getProviders().then((found) => setProviders(found ?? {})), []);
  const ids = Object.values(providers).filter(({ type }) => type !== "credentials").map(({ id }) => id);
  return (
    <>
      <p data-testid="status">{status}</p>
      <pre data-testid="session">{JSON.stringify(data)}</pre>
      {ids.map((id) => <Provider key={id} client={client} id={id} onResult={setResult} />)}
      <button onClick={() => client.signOut()}>Sign out</button>
      <button onClick={() => client.getSession().then((session) => setResult({ session }))}>Get session</button>
      {result && <pre data-testid="result">{JSON.stringify(result)}</pre>}
    </>
  );
}

/** Shows the page with one version's client. */
export function show(client) {
  const { SessionProvider } = client;
  createRoot(document.getElementById("root")).render(
    <SessionProvider>
      <Client client={client} />
    </SessionProvider>,
  );
}
