export const getServerSideProps = async () => ({ props: { text: "OPEN-about" } });

export default function Page({ text }) {
  return <p>{text}</p>;
}
