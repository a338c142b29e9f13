export const getStaticProps = async () => ({ props: { text: "SECRET-ledger" } });

export default function Page({ text }) {
  return <p>{text}</p>;
}
