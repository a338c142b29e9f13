import { notFound } from "next/navigation";
import { AddToCart } from "@/components/AddToCart";
import { AddToWishlist } from "@/components/AddToWishlist";
import { ProductIcon } from "@/components/ProductIcon";
import { formatCents } from "@/lib/format";
import { loadProduct } from "@/lib/shop-api";

// Rendered at the first visit, then kept: no visitor's data is in it.
export const revalidate = 60;
export const generateStaticParams = () => [];

export default async function ProductPage({ params }: { params: Promise<{ id: string }> }) {
  const product = await loadProduct((await params).id);
  if (!product) notFound();
  return (
    <article className="card product product-page">
      <ProductIcon category={product.category} />
      <p className="muted">{product.category}</p>
      <h1>{product.name}</h1>
      <p>{product.description}</p>
      <p className="price">{formatCents(product.priceCents)}</p>
      <AddToCart productId={product.id} />
      <AddToWishlist productId={product.id} />
    </article>
  );
}
