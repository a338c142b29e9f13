import type { GetServerSideProps, InferGetServerSidePropsType } from "next";
import { getCsrfToken } from "next-auth/react";

const SENTENCES: Record<string, string> = {
  SessionRequired: "Please sign in to see this page.",
  CredentialsSignin: "Wrong e-mail or password.",
};

/** The form works without a script. */
export const getServerSideProps = (async (context) => {
  const { error, callbackUrl } = context.query;
  return {
    props: {
      csrfToken: (await getCsrfToken(context)) ?? "",
      error: typeof error === "string" ? (SENTENCES[error] ?? error) : null,
      callbackUrl: typeof callbackUrl === "string" ? callbackUrl : "/",
    },
  };
}) satisfies GetServerSideProps;

export default function Login(props: InferGetServerSidePropsType<typeof getServerSideProps>) {
  return (
    <form method="post" action="/api/auth/callback/credentials">
      <h1>Sign in to the shop</h1>
      {props.error && <p role="alert">{props.error}</p>}
      <input type="hidden" name="csrfToken" value={props.csrfToken} />
      <input type="hidden" name="callbackUrl" value={props.callbackUrl} />
      <label>
        E-mail <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Sign in</button>
    </form>
  );
}
