export default function Page() {
  return <p>SECRET-stats</p>;
}
