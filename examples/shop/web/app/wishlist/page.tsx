import { requireSession } from "@crossgate/next/server";
import type { Metadata } from "next";
import { loadProducts } from "@/lib/shop-api";
import { Wishlist } from "./Wishlist";

export const metadata: Metadata = { title: "Wishlist" };

export default async function WishlistPage() {
  const { user } = await requireSession({ callbackUrl: "/wishlist" });
  return (
    <>
      <h1>
        What <span data-testid="whoami">{user.name}</span> would like to have
      </h1>
      <Wishlist products={await loadProducts()} />
    </>
  );
}
