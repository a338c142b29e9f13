/** Browsers have the rest of the page as a script, which is open as all scripts are. */
const text = typeof window === "undefined" ? "SECRET-still" : "";

export default function Page() {
  return <p suppressHydrationWarning>{text}</p>;
}
