import { auth } from "../../../auth";

export const GET = auth((request) => {
  if (!request.auth) return Response.json({ message: "Please sign in." }, { status: 401 });
  return Response.json({ user: request.auth.user });
});
