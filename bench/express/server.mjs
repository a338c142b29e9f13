// One Express app with one way to verify. Its parent asks for the CPU time that it used.
//
// usage (by run.mjs): node server.mjs <express4|express5> <variant> <settings as JSON>
import { variants } from "./variants.mjs";

const [framework, variant, settings] = process.argv.slice(2);
const { default: express } = await import(framework);
const app = express();
const orders = [{ id: 17, item: "Ink, black, 30 ml", cents: 890 }, { id: 18, item: "Paper, A5, dotted", cents: 1250 }];

app.get("/api/orders", ...variants[variant](JSON.parse(settings)), (request, response) => {
  response.json({ orders });
});

const server = app.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
server.keepAliveTimeout = 0;
process.on("message", () => process.send(process.cpuUsage()));
process.on("disconnect", () => process.exit());
