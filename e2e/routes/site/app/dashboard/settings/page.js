export const dynamic = "force-dynamic";

export default function Page() {
  return <p>SECRET-settings</p>;
}
