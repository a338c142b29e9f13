export const dynamic = "force-dynamic";

export function GET() {
  return Response.json({ answer: "SECRET-api" });
}

export const POST = GET;
