import { revalidatePath } from "next/cache";
import { callApi } from "@/lib/shop-api";
import type { User } from "@/lib/types";

/** Makes the shop's front page and product pages fetch the products again. */
export async function POST(request: Request) {
  const me = await callApi<{ user: User }>("/api/me", request.headers.get("authorization"));
  if (me.state !== "ok") return Response.json({ code: "token_missing", message: "Please sign in." }, { status: 401 });
  revalidatePath("/");
  revalidatePath("/products/[id]", "page");
  return Response.json({ revalidated: true });
}
