export default function Page() {
  return <p>SECRET-reports</p>;
}
