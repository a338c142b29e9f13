"use client";

import { useSession } from "@crossgate/next/client";
import { useState } from "react";
import { callApi, describeError } from "@/lib/api";
import type { Cart } from "@/lib/types";

type State = { step: "idle" | "sending" | "added" } | { step: "failed"; message: string };

function label(state: State): string {
  if (state.step === "sending") return "Adding…";
  return state.step === "added" ? "Added ✓" : "Add to cart";
}

/** Only for people who are signed in. */
export function AddToCart({ productId }: { productId: number }) {
  const { status } = useSession();
  const [state, setState] = useState<State>({ step: "idle" });
  if (status !== "authenticated") return null;

  async function add() {
    setState({ step: "sending" });
    try {
      await callApi<Cart>("/api/cart", { method: "POST", json: { productId, quantity: 1 } });
      setState({ step: "added" });
    } catch (error) {
      setState({ step: "failed", message: describeError(error) });
    }
  }

  return (
    <div className="add-to-cart">
      <button className="button" data-testid={`add-to-cart-${productId}`} data-step={state.step} disabled={state.step === "sending"} onClick={add}>
        {label(state)}
      </button>
      {state.step === "failed" && <p role="alert">{state.message}</p>}
    </div>
  );
}
