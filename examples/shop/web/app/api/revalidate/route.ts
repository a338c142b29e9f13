import { withAuthRoute } from "@crossgate/next/server";
import { revalidatePath } from "next/cache";

/** Makes the shop's front page and product pages fetch the products again. */
export const POST = withAuthRoute(() => {
  revalidatePath("/");
  revalidatePath("/products/[id]", "page");
  return Response.json({ revalidated: true });
});
