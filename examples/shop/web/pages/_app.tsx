import { SessionProvider } from "@crossgate/next/client";
import type { AppProps } from "next/app";
import Head from "next/head";
import { Frame } from "@/components/Frame";
import "@/styles/globals.css";

export default function App({ Component, pageProps }: AppProps) {
  return (
    <SessionProvider>
      <Head>
        <title>Paper &amp; Brass</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <Frame>
        <Component {...pageProps} />
      </Frame>
    </SessionProvider>
  );
}
