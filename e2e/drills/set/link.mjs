// A way through the network that breaks on command.
//
// usage: node link.mjs <port of the server>, with a channel to its parent: "break" and "mend"
import { connect, createServer } from "node:net";

const target = Number(process.argv[2]);
const open = new Set();
let isBroken = false;

/** Both ends go at once, with a reset: nobody waits for anybody. */
function cut() {
  for (const socket of open) socket.resetAndDestroy();
  open.clear();
}

function join(near) {
  if (isBroken) return near.resetAndDestroy();
  const far = connect(target, "127.0.0.1");
  for (const [one, other] of [[near, far], [far, near]]) {
    open.add(one);
    one.setNoDelay(true).on("error", () => {}).on("close", () => {
      open.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}

const server = createServer(join);
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("message", (word) => {
  isBroken = word === "break";
  if (isBroken) cut();
  process.send({ isBroken });
});
process.on("disconnect", () => process.exit());
