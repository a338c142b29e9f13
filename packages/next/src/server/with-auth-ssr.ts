// Pages of the Pages Router.
import type { GetServerSideProps, GetServerSidePropsContext, GetServerSidePropsResult } from "next";
import { type GatewaySettings, signInAddress } from "../gateway/settings.js";
import type { RequestLike } from "./request-headers.js";

/** Settings of {@link SessionFunctions.withAuthSsr}. */
export interface WithAuthSsrOptions {
  /**
   * Where to come back to after the sign-in, as the browser spells it. Without it the page itself; an app with
   * `basePath` in its `next.config` has to say it: `({ resolvedUrl }) => "/shop" + resolvedUrl`.
   */
  readonly callbackUrl?: ((context: GetServerSidePropsContext) => string) | undefined;
}

// As Next.js declares it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Props = { [name: string]: any };

/** As `getServerSideProps`, and it knows who is asking. */
export type GetPropsWithSession<S, P extends Props> = (
  context: GetServerSidePropsContext,
  session: S,
) => Promise<GetServerSidePropsResult<P>>;

interface Parts<S, P extends Props> {
  readonly find: (request: RequestLike) => Promise<S | null>;
  readonly settings: () => GatewaySettings;
  readonly getProps: GetPropsWithSession<S, P> | undefined;
  readonly options: WithAuthSsrOptions;
}

/** `getServerSideProps` for people who are signed in. */
export function withAuthSsr<S, P extends Props>(parts: Parts<S, P>): GetServerSideProps<P & { session: S }> {
  return async (context) => {
    const session = await parts.find(context.req);
    if (session === null) return toSignIn(parts, context);
    const result = await (parts.getProps?.(context, session) ?? { props: {} as P });
    return "props" in result ? { props: { ...(await result.props), session } } : result;
  };
}

function toSignIn<S, P extends Props>({ settings, options }: Parts<S, P>, context: GetServerSidePropsContext) {
  const callbackUrl = options.callbackUrl?.(context) ?? addressOf(context);
  return { redirect: { destination: signInAddress(settings(), callbackUrl), statusCode: 303, basePath: false } } as const;
}

/** With the locale in front where it stands in the address. */
function addressOf({ resolvedUrl, locale, defaultLocale }: GetServerSidePropsContext): string {
  return locale === undefined || locale === defaultLocale ? resolvedUrl : `/${locale}${resolvedUrl}`;
}
