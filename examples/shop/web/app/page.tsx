import { connection } from "next/server";
import Link from "next/link";
import { AddToCart } from "@/components/AddToCart";
import { ProductIcon } from "@/components/ProductIcon";
import { formatCents } from "@/lib/format";
import { loadProducts } from "@/lib/shop-api";
import type { Product } from "@/lib/types";

function ProductCard({ product }: { product: Product }) {
  return (
    <li className="card product" data-testid="product">
      <ProductIcon category={product.category} />
      <h2>
        <Link href={`/products/${product.id}`}>{product.name}</Link>
      </h2>
      <p className="muted">{product.description}</p>
      <p className="price">{formatCents(product.priceCents)}</p>
      <AddToCart productId={product.id} />
    </li>
  );
}

export default async function HomePage() {
  // The API need not run while this app is being built.
  await connection();
  const products = await loadProducts();
  return (
    <>
      <div className="hero">
        <h1>Tools for thinking</h1>
        <p>Paper, pens and a little brass, for people who work things out by hand.</p>
      </div>
      <ul className="grid">
        {products.map((product) => (
          <ProductCard key={product.id} product={product} />
        ))}
      </ul>
    </>
  );
}
