// A proxy route: next-auth's cookie is opened, and the API gets the token in it.
import { getToken } from "next-auth/jwt";

const HOP_BY_HOP = ["connection", "content-encoding", "content-length", "keep-alive", "transfer-encoding"];

async function forward(request) {
  const token = await getToken({ req: request });
  if (token === null) return Response.json({ error: "unauthorized" }, { status: 401 });
  const { pathname, search } = request.nextUrl;
  const answer = await fetch(process.env.API_URL + pathname + search, {
    method: request.method,
    headers: { authorization: `Bearer ${token.accessToken}`, accept: request.headers.get("accept") ?? "*/*" },
    body: request.body,
    duplex: "half",
    cache: "no-store",
  });
  const headers = new Headers(answer.headers);
  HOP_BY_HOP.forEach((name) => headers.delete(name));
  return new Response(answer.body, { status: answer.status, headers });
}

export { forward as DELETE, forward as GET, forward as PATCH, forward as POST, forward as PUT };
