export default function Layout({ children, stats }) {
  return (
    <section>
      {children}
      {stats}
    </section>
  );
}
