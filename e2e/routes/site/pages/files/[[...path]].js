export const getServerSideProps = async ({ params }) => ({
  props: { text: params.path?.[0].toLowerCase() === "private" ? "SECRET-files" : "OPEN-files" },
});

export default function Page({ text }) {
  return <p>{text}</p>;
}
