import type { Metadata } from "next";
import { describeErrorParameter } from "@/lib/sign-in-errors";
import { LoginForm } from "./LoginForm";
import { OtherProviders } from "./OtherProviders";

export const metadata: Metadata = { title: "Sign in" };

type Parameter = string | string[] | undefined;
type Props = { searchParams: Promise<{ callbackUrl?: Parameter; error?: Parameter }> };

const first = (parameter: Parameter) => [parameter].flat()[0];

export default async function LoginPage({ searchParams }: Props) {
  const { callbackUrl, error } = await searchParams;
  const target = first(callbackUrl) || "/dashboard";
  return (
    <section className="card login">
      <h1>Sign in</h1>
      <LoginForm callbackUrl={target} initialError={describeErrorParameter(first(error))} />
      <OtherProviders callbackUrl={target} />
      <details className="muted">
        <summary>Demo accounts</summary>
        <p>
          <code>ada@shop.example</code>, <code>correct-horse-1</code>
          <br />
          <code>grace@shop.example</code>, <code>correct-horse-2</code>
        </p>
      </details>
    </section>
  );
}
