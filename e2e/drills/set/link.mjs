// A way through the network that breaks on command.
//
// usage: node link.mjs <port of the server>, with a channel to its parent: "break" and "mend"
import { connect, createServer } from "node:net";

const target = Number(process.argv[2]);
const open = new Set();

function join(near) {
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

/** New connections are refused, and both ends of the open ones go at once, with a reset: nobody waits for anybody. */
function cut(done) {
  for (const socket of open) socket.resetAndDestroy();
  open.clear();
  server.close(done);
}

/** At the port that it had, where it had one. */
let port = 0;
function mend(done) {
  server.listen(port, "127.0.0.1", () => {
    ({ port } = server.address());
    done();
  });
}

const tell = () => process.send({ port });
mend(tell);
process.on("message", (word) => {
  if (word === "break" && server.listening) return cut(tell);
  if (word === "mend" && !server.listening) return mend(tell);
  tell();
});
process.on("disconnect", () => process.exit());
