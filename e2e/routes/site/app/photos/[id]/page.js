export default async function Page({ params }) {
  return <p>OPEN-photo-{(await params).id}</p>;
}
