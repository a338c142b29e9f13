export default function Page() {
  return <p>SECRET-feed-photo</p>;
}
