"use client";

import { useSession } from "@crossgate/next/client";
import { useState } from "react";
import { callApi, describeError } from "@/lib/api";
import type { Wishes } from "@/lib/types";

/** Only for people who are signed in. */
export function AddToWishlist({ productId }: { productId: number }) {
  const { status } = useSession();
  const [label, setLabel] = useState("Add to wishlist");
  if (status !== "authenticated") return null;

  async function add() {
    try {
      await callApi<Wishes>(`/api/wishlist/${productId}`, { method: "PUT" });
      setLabel("On your wishlist ✓");
    } catch (error) {
      setLabel(describeError(error));
    }
  }

  return (
    <div className="add-to-cart">
      <button className="button quiet" data-testid="add-to-wishlist" onClick={add}>
        {label}
      </button>
    </div>
  );
}
