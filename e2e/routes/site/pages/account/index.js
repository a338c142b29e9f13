export const getServerSideProps = async () => ({ props: { text: "SECRET-account" } });

export default function Page({ text }) {
  return <p>{text}</p>;
}
