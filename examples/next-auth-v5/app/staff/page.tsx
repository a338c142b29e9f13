/** Behind proxy.ts. */
export default function Staff() {
  return <h1>For staff</h1>;
}
