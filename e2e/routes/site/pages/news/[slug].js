export const getStaticPaths = async () => ({ paths: [], fallback: "blocking" });

export const getStaticProps = async ({ params }) => ({
  props: { text: params.slug.toLowerCase() === "draft" ? "SECRET-draft" : "OPEN-news" },
  revalidate: 60,
});

export default function Page({ text }) {
  return <p>{text}</p>;
}
