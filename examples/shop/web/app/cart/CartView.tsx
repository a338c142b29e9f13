"use client";

import Link from "next/link";
import { useCallback, useEffect, useState } from "react";
import { callApi, describeError } from "@/lib/api";
import { formatCents } from "@/lib/format";
import type { Cart, CartItem, Order } from "@/lib/types";

const EMPTY: Cart = { items: [], totalCents: 0 };

function CartLine({ item, onRemove }: { item: CartItem; onRemove: () => void }) {
  return (
    <li className="line" data-testid="cart-line">
      <span>
        {item.quantity} × {item.name}
      </span>
      <span className="line-end">
        {formatCents(item.lineTotalCents)}
        <button type="button" className="button quiet" data-testid={`remove-${item.productId}`} aria-label={`Remove ${item.name}`} onClick={onRemove}>
          Remove
        </button>
      </span>
    </li>
  );
}

type FilledCartProps = { cart: Cart; isBusy: boolean; onRemove: (item: CartItem) => void; onOrder: (note: string) => void };

function FilledCart({ cart, isBusy, onRemove, onOrder }: FilledCartProps) {
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault();
        onOrder(String(new FormData(event.currentTarget).get("note")));
      }}
    >
      <ul className="lines">
        {cart.items.map((item) => (
          <CartLine key={item.productId} item={item} onRemove={() => onRemove(item)} />
        ))}
        <li className="line total">
          <span>Total</span>
          <span data-testid="cart-total">{formatCents(cart.totalCents)}</span>
        </li>
      </ul>
      <label className="field">
        Note for the parcel (optional)
        <input name="note" maxLength={200} autoComplete="off" />
      </label>
      <button className="button" data-testid="place-order" disabled={isBusy}>
        Place order
      </button>
    </form>
  );
}

function EmptyCart() {
  return (
    <p data-testid="cart-empty">
      Your cart is empty. <Link href="/">Have a look around.</Link>
    </p>
  );
}

function OrderPlaced({ order }: { order: Order }) {
  return (
    <p className="success" role="status" data-testid="order-placed">
      Thank you! <Link href={`/account/orders/${order.id}`}>Order {order.id}</Link> is on its way.
    </p>
  );
}

function useCart() {
  const [cart, setCart] = useState<Cart>();
  const [placed, setPlaced] = useState<Order>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const run = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    await work().catch((error: unknown) => setProblem(describeError(error)));
    setBusy(false);
  }, []);

  useEffect(() => {
    void run(async () => setCart(await callApi<Cart>("/api/cart")));
  }, [run]);

  const remove = (item: CartItem) =>
    run(async () => setCart(await callApi<Cart>(`/api/cart/${item.productId}`, { method: "DELETE" })));

  const placeOrder = (note: string) =>
    run(async () => {
      const json = note.trim() ? { note } : {};
      setPlaced((await callApi<{ order: Order }>("/api/orders", { method: "POST", json })).order);
      setCart(EMPTY);
    });

  return { cart, placed, problem, isBusy, remove, placeOrder };
}

export function CartView() {
  const { cart, placed, problem, isBusy, remove, placeOrder } = useCart();
  return (
    <>
      {problem && <p role="alert">{problem}</p>}
      {placed && <OrderPlaced order={placed} />}
      {!cart && !problem && <p className="muted">Loading…</p>}
      {cart?.items.length === 0 && !placed && <EmptyCart />}
      {cart && cart.items.length > 0 && <FilledCart cart={cart} isBusy={isBusy} onRemove={remove} onOrder={placeOrder} />}
    </>
  );
}
