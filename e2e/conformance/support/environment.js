// What `main.js` has started.
if (!process.env.CONFORMANCE) throw new Error("start the cases with `npm test`, which starts the servers too");
const { servers: addresses, pairs } = JSON.parse(process.env.CONFORMANCE);

/** The addresses of the API, the app and the provider. */
export const servers = addresses;

/** The reference and Crossgate of a plan. */
export function pairOf(plan, major) {
  const pair = pairs[`${plan} ${major}`];
  if (!pair) throw new Error(`there is no plan "${plan}"`);
  const more = { idp: addresses.idp };
  return {
    reference: pair.reference && { ...pair.reference, ...more, isGateway: false },
    gateway: { ...pair.gateway, ...more, isGateway: true },
  };
}
