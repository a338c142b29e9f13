export default function Page() {
  return <p>OPEN-home</p>;
}
