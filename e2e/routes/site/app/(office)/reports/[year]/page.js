export const generateStaticParams = () => [{ year: "2025" }];

export default async function Page({ params }) {
  return <p>SECRET-reports-{(await params).year}</p>;
}
