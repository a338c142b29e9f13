export default function Page() {
  return <p>SECRET-vault-modal</p>;
}
