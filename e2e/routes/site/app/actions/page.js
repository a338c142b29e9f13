import { secretAction } from "./action";

export default function Page() {
  return (
    <form action={secretAction}>
      <button>SECRET-actions</button>
    </form>
  );
}
