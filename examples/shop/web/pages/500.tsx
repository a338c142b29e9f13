import Head from "next/head";
import { ServerErrorNotice } from "@/components/Notice";

export default function ServerErrorPage() {
  return (
    <>
      <Head>
        <title>Something went wrong · Paper &amp; Brass</title>
      </Head>
      <ServerErrorNotice />
    </>
  );
}
