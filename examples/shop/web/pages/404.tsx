import Head from "next/head";
import { NotFoundNotice } from "@/components/Notice";

export default function NotFoundPage() {
  return (
    <>
      <Head>
        <title>Not found · Paper &amp; Brass</title>
      </Head>
      <NotFoundNotice />
    </>
  );
}
