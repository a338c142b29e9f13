export default async function Page({ params }) {
  const [first] = (await params).path.map((part) => decodeURIComponent(part).toLowerCase());
  return <p>{first === "internal" ? "SECRET-docs" : "OPEN-docs"}</p>;
}
