export default function Page() {
  return <p>OPEN-open</p>;
}
