export default function Page() {
  return <p>SECRET-cafe</p>;
}
