export default function Page() {
  return <p>SECRET-details</p>;
}
