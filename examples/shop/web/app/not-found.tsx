import { NotFoundNotice } from "@/components/Notice";

export default function NotFound() {
  return <NotFoundNotice />;
}
