export default async function Page({ params }) {
  const name = decodeURIComponent((await params).name).toLowerCase();
  return <p>{name === "admin" ? "SECRET-admin" : "OPEN-person"}</p>;
}
