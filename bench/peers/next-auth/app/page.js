export default function Page() {
  return <p>Calls to the API go through a route of this app.</p>;
}
