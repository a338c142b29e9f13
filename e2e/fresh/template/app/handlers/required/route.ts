import { requireSession, ServerError } from "@crossgate/next/server";

export async function GET() {
  try {
    const { subject } = await requireSession({ otherwise: "throw" });
    return Response.json({ subject });
  } catch (error) {
    if (error instanceof ServerError) return error.toResponse();
    throw error;
  }
}
