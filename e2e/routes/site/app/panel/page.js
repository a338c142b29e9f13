export default function Page() {
  return <p>SECRET-panel</p>;
}
