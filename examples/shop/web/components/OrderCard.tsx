import Link from "next/link";
import { formatCents, formatDay } from "@/lib/format";
import type { Order } from "@/lib/types";

export function OrderItems({ order }: { order: Order }) {
  return (
    <ul className="lines">
      {order.items.map((item) => (
        <li key={item.productId} className="line">
          <span>
            {item.quantity} × {item.name}
          </span>
          <span>{formatCents(item.priceCents * item.quantity)}</span>
        </li>
      ))}
      <li className="line total">
        <span>Total</span>
        <span>{formatCents(order.totalCents)}</span>
      </li>
    </ul>
  );
}

export function OrderCard({ order }: { order: Order }) {
  return (
    <article className="card" data-testid="order">
      <header className="card-header">
        <h3>
          <Link href={`/account/orders/${order.id}`}>Order {order.id}</Link>
        </h3>
        <span className="badge">{order.status}</span>
      </header>
      <p className="muted">
        {formatDay(order.createdAt)}
        {order.note && <> · {order.note}</>}
      </p>
      <OrderItems order={order} />
    </article>
  );
}
