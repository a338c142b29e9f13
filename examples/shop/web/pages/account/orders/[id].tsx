import { apiFetchFor } from "@crossgate/next/server";
import type { GetServerSideProps } from "next";
import Head from "next/head";
import Link from "next/link";
import { SignedOutNotice } from "@/components/Notice";
import { OrderCard } from "@/components/OrderCard";
import { ask } from "@/lib/shop-api";
import type { Order } from "@/lib/types";

type Props = { order: Order | null };

export const getServerSideProps: GetServerSideProps<Props, { id: string }> = async ({ req, params }) => {
  const path = `/api/orders/${encodeURIComponent(params?.id ?? "")}`;
  const answer = await ask<{ order: Order }>(apiFetchFor(req), path);
  if (answer.state === "not-found") return { notFound: true };
  return { props: { order: answer.state === "ok" ? answer.data.order : null } };
};

export default function OrderPage({ order }: Props) {
  if (!order) return <SignedOutNotice />;
  return (
    <>
      <Head>
        <title>{`Order ${order.id} · Paper & Brass`}</title>
      </Head>
      <h1>Order {order.id}</h1>
      <OrderCard order={order} />
      <p>
        <Link href="/dashboard">All orders</Link>
      </p>
    </>
  );
}
