export default function Page() {
  return <p>SECRET-dashboard</p>;
}
