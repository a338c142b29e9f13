export const getServerSideProps = async () => ({ props: { text: "SECRET-inner" } });

export default function Page({ text }) {
  return <p>{text}</p>;
}
