// The kinds of requests that are measured beside others. `only`: the peers that know such a request, where not all do.
const BARE = ["direct", "nginx bare", "HAProxy bare"];

export const works = {
  get: { what: "authenticated GET, 200 bytes", path: "/api/orders" },
  large: { what: "authenticated GET, 100 kB", path: "/api/large" },
  upload: {
    what: "upload of 1 MiB",
    path: "/api/upload",
    method: "POST",
    bodyBytes: 1 << 20,
    only: [...BARE, "Express", "Crossgate"],
  },
  anonymous: { what: "anonymous page", path: "/about", isAnonymous: true, only: [...BARE, "Crossgate"] },
  refused: {
    what: "401, no credentials",
    path: "/api/orders",
    isAnonymous: true,
    status: 401,
    only: ["HAProxy HS256", "HAProxy ES256", "Express", "Next.js with next-auth", "Crossgate"],
  },
};
