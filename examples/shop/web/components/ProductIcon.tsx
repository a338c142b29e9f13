const SHAPES: Record<string, string> = {
  Drawing: "M24 8v6M24 14l-11 26M24 14l11 26M16 32q8 5 16 0M21 8h6",
  Paper: "M13 8h22v32H13zM18 8v32M23 17h8M23 23h8M23 29h5",
  Writing: "M24 42l-8-16 5-16h6l5 16zM24 42V29M24 26a2 2 0 1 0 0 .1M20 6h8",
  Desk: "M12 15h20v17a6 6 0 0 1-6 6h-8a6 6 0 0 1-6-6zM32 19h3a4 4 0 0 1 0 11h-3M18 6q-2 2 0 5M25 6q-2 2 0 5",
};

/** A line drawing for the product's category. */
export function ProductIcon({ category }: { category: string }) {
  return (
    <svg className="product-icon" viewBox="0 0 48 48" aria-hidden="true">
      <path d={SHAPES[category] ?? SHAPES.Paper} />
    </svg>
  );
}
