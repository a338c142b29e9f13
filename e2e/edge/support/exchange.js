// One connection: all bytes at once, and then everything that is answered.
import { connect } from "node:net";

/** Where nothing has to come: a request that is not complete needs no refusal. */
const SHORT_WAIT = 20;
/** For all others: who neither answers nor closes meanwhile hangs, and that is a finding. */
const LONGEST_WAIT = 5000;

/**
 * Sends `text`, reads until the other side closes or says `last`. Gives `{ text, ended }`, where `ended` is "closed",
 * "last" or "waiting".
 */
export function exchange(port, text, { last, mayWait = false }) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1").setNoDelay();
    let received = "";
    const finish = (ended) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text: received, ended });
    };
    const timer = setTimeout(() => finish("waiting"), mayWait ? SHORT_WAIT : LONGEST_WAIT);
    socket.on("error", () => finish("closed"));
    socket.on("close", () => finish("closed"));
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      if (last && received.includes(last)) finish("last");
    });
    socket.write(text, "latin1");
  });
}
