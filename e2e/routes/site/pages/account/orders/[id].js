export const getServerSideProps = async () => ({ props: { text: "SECRET-orders" } });

export default function Page({ text }) {
  return <p>{text}</p>;
}
