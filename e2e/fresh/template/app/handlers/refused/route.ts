// The API answers this to customers only.
import { ApiError, apiFetch } from "@crossgate/next/server";

export async function GET() {
  try {
    const answer = await apiFetch("/api/customers");
    return Response.json(await answer.json());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, code, apiCode } = error;
    return Response.json({ status, code, apiCode });
  }
}
