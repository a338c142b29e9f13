"use client";

import { withAuth, type WithSession } from "@crossgate/next/client";
import Link from "next/link";
import { useCallback, useEffect, useState } from "react";
import { callApi, describeError } from "@/lib/api";
import { formatCents } from "@/lib/format";
import type { Product, Wishes } from "@/lib/types";

function Wish({ product, onRemove }: { product: Product; onRemove: () => void }) {
  return (
    <li className="line" data-testid="wish">
      <Link href={`/products/${product.id}`}>{product.name}</Link>
      <span className="line-end">
        {formatCents(product.priceCents)}
        <button className="button quiet" aria-label={`Remove ${product.name}`} onClick={onRemove}>
          Remove
        </button>
      </span>
    </li>
  );
}

function useWishes() {
  const [wishes, setWishes] = useState<Wishes>();
  const [problem, setProblem] = useState<string>();
  const show = useCallback((asking: Promise<Wishes>) => {
    asking.then(setWishes, (error: unknown) => setProblem(describeError(error)));
  }, []);
  useEffect(() => show(callApi<Wishes>("/api/wishlist")), [show]);
  const remove = ({ id }: Product) => show(callApi<Wishes>(`/api/wishlist/${id}`, { method: "DELETE" }));
  return { wishes, problem, remove };
}

function WishlistOfSomebody({ products }: WithSession & { products: Product[] }) {
  const { wishes, problem, remove } = useWishes();
  if (problem) return <p role="alert">{problem}</p>;
  if (!wishes) return <p className="muted">Loading…</p>;
  const wished = products.filter((product) => wishes.productIds.includes(product.id));
  if (wished.length === 0) return <p data-testid="no-wishes">Nothing at the moment.</p>;
  return (
    <div className="card">
      <ul className="lines">
        {wished.map((product) => (
          <Wish key={product.id} product={product} onRemove={() => remove(product)} />
        ))}
      </ul>
    </div>
  );
}

/** Only for people who are signed in; who is not any more is led to the sign-in page. */
export const Wishlist = withAuth(WishlistOfSomebody, { fallback: <p className="muted">Loading…</p> });
