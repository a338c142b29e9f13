import { Account } from "@/components/account";

export default function ClientPage() {
  return <Account />;
}
