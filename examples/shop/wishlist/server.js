import { crossgate } from "@crossgate/express";
import { createApp } from "./app.js";

const { CROSSGATE_PUBLIC_URL = "http://localhost:8080", HOST = "127.0.0.1", PORT = "4001" } = process.env;

// As in crossgate.toml: public_url, and the audience of this API.
const { requireSession } = crossgate({ issuer: CROSSGATE_PUBLIC_URL, audience: "shop-wishlist" });

const server = createApp({ requireSession }).listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  console.log(`Wishlist listening on http://${HOST}:${server.address().port}`);
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => server.close(() => process.exit(0)));
}
