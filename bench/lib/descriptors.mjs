// What the open descriptors of a process are: `/proc/<pid>/fd`, and `/proc/net/tcp` for the sockets among them.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTENS = "0A";
const portOf = (address) => Number.parseInt(address.split(":")[1], 16);

/** By inode: the ports of both ends, and the state (include/net/tcp_states.h). */
function sockets() {
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  return new Map(lines.map((line) => {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    return [inode, { local: portOf(local), remote: portOf(remote), state }];
  }));
}

function kindOfSocket(socket, { port, upstreams }) {
  if (!socket) return "other";
  if (socket.state === LISTENS) return "listener";
  if (socket.local === port) return "client";
  return upstreams.includes(socket.remote) ? "upstream" : "other";
}

function target(pid, name) {
  try {
    return readlinkSync(`/proc/${pid}/fd/${name}`);
  } catch {
    // Closed since it was listed.
    return undefined;
  }
}

/** How many there are of each kind: connections of clients and to upstreams, listeners, files, and what else there is. */
export function descriptors(pid, ports) {
  const known = sockets();
  const counts = { client: 0, upstream: 0, listener: 0, file: 0, other: 0 };
  const targets = readdirSync(`/proc/${pid}/fd`).map((name) => target(pid, name));
  for (const path of targets.filter(Boolean)) {
    const inode = /^socket:\[(\d+)\]$/.exec(path)?.[1];
    counts[inode ? kindOfSocket(known.get(inode), ports) : path.startsWith("/") ? "file" : "other"] += 1;
  }
  return counts;
}
