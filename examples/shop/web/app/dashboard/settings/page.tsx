import type { Metadata } from "next";
import { SessionList } from "./SessionList";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Settings" };

export default function SettingsPage() {
  return (
    <>
      <h1>Where you are signed in</h1>
      <p className="muted">End the sessions you do not recognise.</p>
      <SessionList />
    </>
  );
}
