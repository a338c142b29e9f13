import { createApp } from "./app.js";
import { openDatabase } from "./db.js";
import { seedIfEmpty } from "./seed.js";

const { JWT_SECRET, JWT_EXPIRES_IN = "15m", DATABASE_FILE = "./shop.db", HOST = "127.0.0.1", PORT = "4000" } = process.env;
const heartbeatSeconds = Number(process.env.SSE_HEARTBEAT_SECONDS ?? 15);

if (!JWT_SECRET) {
  console.error("Set JWT_SECRET to a long random text, for example: openssl rand -hex 32");
  process.exit(1);
}

const db = openDatabase(DATABASE_FILE);
await seedIfEmpty(db);

const app = createApp({ db, jwtSecret: JWT_SECRET, jwtExpiresIn: JWT_EXPIRES_IN, heartbeatSeconds });
const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error;
  console.log(`API listening on http://${HOST}:${server.address().port}`);
});

function stop() {
  server.close(() => {
    db.close();
    process.exit(0);
  });
  // Event streams never end by themselves.
  server.closeAllConnections();
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);
