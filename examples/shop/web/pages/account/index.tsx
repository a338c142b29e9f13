import { apiFetchFor } from "@crossgate/next/server";
import type { GetServerSideProps } from "next";
import Head from "next/head";
import Link from "next/link";
import { SignedOutNotice } from "@/components/Notice";
import { formatCents } from "@/lib/format";
import { ask } from "@/lib/shop-api";
import type { Cart, User } from "@/lib/types";

type Props = { account: { user: User; cart: Cart } | null };

export const getServerSideProps: GetServerSideProps<Props> = async ({ req }) => {
  const apiFetch = apiFetchFor(req);
  const [me, cart] = await Promise.all([
    ask<{ user: User }>(apiFetch, "/api/me"),
    ask<Cart>(apiFetch, "/api/cart"),
  ]);
  if (me.state !== "ok" || cart.state !== "ok") return { props: { account: null } };
  return { props: { account: { user: me.data.user, cart: cart.data } } };
};

function CartSummary({ cart }: { cart: Cart }) {
  if (cart.items.length === 0) return <p className="muted">Nothing in it yet.</p>;
  return (
    <ul className="lines">
      {cart.items.map((item) => (
        <li key={item.productId} className="line" data-testid="cart-line">
          <span>
            {item.quantity} × {item.name}
          </span>
          <span>{formatCents(item.lineTotalCents)}</span>
        </li>
      ))}
      <li className="line total">
        <span>Total</span>
        <span data-testid="cart-total">{formatCents(cart.totalCents)}</span>
      </li>
    </ul>
  );
}

export default function AccountPage({ account }: Props) {
  if (!account) return <SignedOutNotice />;
  return (
    <>
      <Head>
        <title>Account · Paper &amp; Brass</title>
      </Head>
      <h1 data-testid="whoami">{account.user.name}</h1>
      <p className="muted">{account.user.email}</p>
      <section className="card">
        <h2>In your cart</h2>
        <CartSummary cart={account.cart} />
        <Link href="/cart">Change or order</Link>
      </section>
    </>
  );
}
