// The kinds of requests that are measured. `only`: the peers that know such a request, where not all do.
export const works = {
  get: { what: "authenticated GET, 200 bytes", path: "/api/orders" },
  large: { what: "authenticated GET, 100 kB", path: "/api/large" },
  anonymous: { what: "anonymous page", path: "/about", isAnonymous: true, only: ["direct", "nginx bare", "HAProxy bare", "Crossgate"] },
  refused: { what: "401, no credentials", path: "/api/orders", isAnonymous: true, status: 401, only: ["HAProxy HS256", "HAProxy ES256", "Express", "Crossgate"] },
};
