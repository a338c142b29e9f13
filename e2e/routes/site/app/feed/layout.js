export default function Layout({ children, modal }) {
  return (
    <section>
      SECRET-feed
      {children}
      {modal}
    </section>
  );
}
