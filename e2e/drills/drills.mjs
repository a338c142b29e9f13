// The drills: what fails, for how long, and where that has a meaning.
const SECOND = 1000;
const PAUSE = 10 * SECOND;
const CUT = 30 * SECOND;
const SKEW = 300;
/** A node may take so long until it is among those that are asked (`rise` and `inter` of the load balancer). */
const NOTICED = 1500;

async function killNode(scene) {
  const [node] = scene.nodes;
  await scene.fault("kill -9 node-0", () => node.kill9());
  await scene.pause(3 * SECOND);
  await scene.fault("start node-0", () => node.start());
}

async function restartAll(scene) {
  for (const node of scene.nodes) {
    await scene.fault(`SIGTERM ${node.name}`, () => node.stop());
    await scene.fault(`start ${node.name}`, () => node.start());
    await scene.pause(NOTICED);
  }
}

async function failOver(scene) {
  await scene.fault("the store's primary is killed, a replica takes over", () => scene.store.failOver());
}

async function cutOff(scene) {
  await scene.fault("node-0 is cut off from the store", () => scene.store.cutOff(0));
  await scene.pause(CUT);
  await scene.fault("node-0 reaches the store again", () => scene.store.reconnect(0));
}

async function pauseStore(scene) {
  await scene.fault("the store stands still", () => scene.store.pause());
  await scene.pause(PAUSE);
  await scene.fault("the store goes on", () => scene.store.resume());
}

async function loseEvents(scene) {
  await scene.fault("nobody hears the store's events", () => scene.store.loseEvents());
  await scene.pause(PAUSE);
  await scene.fault("the store's events are heard again", () => scene.store.regainEvents());
}

/** The node has the wrong clock from its start to its end; then it starts with the right one. */
const skewed = (seconds) => async (scene) => {
  const [node] = scene.nodes;
  await scene.fault("stop node-0", () => node.stop());
  await node.skew(seconds);
  await scene.fault(`start node-0 with its clock ${seconds > 0 ? "ahead" : "behind"}`, () => node.start());
  const off = node.clock() - Date.now();
  const isSkewed = Math.abs(off - seconds * SECOND) < 10 * SECOND;
  if (!isSkewed) throw new Error(`the clock of node-0 is off by ${off} ms, not ${seconds} s`);
  await scene.pause(2 * PAUSE);
  await scene.fault("stop node-0", () => node.stop());
  node.program.environment = {};
  await scene.fault("start node-0 with the right clock", () => node.start());
};

const EVERYWHERE = ["sqlite", "postgres", "valkey-cluster", "memory"];
/** Where the gateways may be on several machines: those on one machine share its clock, too. */
const WITH_SERVERS = ["postgres", "valkey-cluster"];

/**
 * `isPlanned`: what an operator does on purpose, where nothing at all may fail. `isFailover`: the store's servers change
 * places, and what was acknowledged in its last moment may be lost where the store says so.
 */
export const DRILLS = [
  { name: "kill-node", what: "`kill -9` of a node, which starts again after 3 s", stores: EVERYWHERE, run: killNode },
  { name: "restart-all", what: "all nodes restarted, one by one", stores: EVERYWHERE, run: restartAll, isPlanned: true },
  { name: "failover", what: "the store's primary killed, a replica in its place", stores: WITH_SERVERS, run: failOver, isFailover: true },
  { name: "cut-off", what: "a node cut off from the store for 30 s", stores: WITH_SERVERS, run: cutOff },
  { name: "pause-store", what: "the store stands still for 10 s", stores: WITH_SERVERS, run: pauseStore },
  { name: "lose-events", what: "no events from the store for 10 s", stores: WITH_SERVERS, run: loseEvents },
  { name: "clock-ahead", what: "a node's clock 5 min ahead", stores: WITH_SERVERS, run: skewed(SKEW) },
  { name: "clock-behind", what: "a node's clock 5 min behind", stores: WITH_SERVERS, run: skewed(-SKEW) },
];
