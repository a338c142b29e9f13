/** Behind middleware.ts. */
export default function Staff() {
  return <h1>For staff</h1>;
}
