export default function Page() {
  return <p>SECRET-feed-page</p>;
}
