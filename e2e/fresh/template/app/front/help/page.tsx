// Open, though all around it is protected.
export default function HelpPage() {
  return <h1>Help</h1>;
}
