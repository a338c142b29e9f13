// `cargo xtask test --only providers` sets these; see the README of the browser tests.

/** The value of a variable that must be set. */
export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** The gateways, as `v4=http://localhost:1 v5=http://localhost:2`: what each is called, and where browsers find it. */
export function gateways() {
  return required("GATEWAYS")
    .split(" ")
    .map((pair) => pair.split("="))
    .map(([name, url]) => ({ name, url }));
}
