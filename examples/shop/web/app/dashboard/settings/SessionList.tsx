"use client";

import { signOut } from "@crossgate/next/client";
import { useCallback, useEffect, useState } from "react";
import { callApi, describeError } from "@/lib/api";
import { describeUserAgent, formatMoment } from "@/lib/format";
import type { SessionEntry } from "@/lib/types";

// A full page load, so that nothing of the ended session stays on the screen.
const leave = () => window.location.assign("/");

function SessionRow({ session, onRevoke }: { session: SessionEntry; onRevoke: (session: SessionEntry) => void }) {
  return (
    <li className="card session" data-testid="session" data-current={session.current}>
      <div>
        <strong title={session.user_agent ?? undefined}>{describeUserAgent(session.user_agent)}</strong>{" "}
        {session.current && <span className="badge">this browser</span>}
        <p className="muted">
          Signed in {formatMoment(session.created_at)} · last seen {formatMoment(session.last_seen_at)}
        </p>
      </div>
      <button className="button quiet" data-testid={`revoke-${session.id}`} onClick={() => onRevoke(session)}>
        {session.current ? "Sign out" : "Revoke"}
      </button>
    </li>
  );
}

function useSessionEntries(report: (error: unknown) => void) {
  const [sessions, setSessions] = useState<SessionEntry[]>();
  const reload = useCallback(async () => {
    setSessions((await callApi<{ sessions: SessionEntry[] }>("/api/auth/sessions")).sessions);
  }, []);
  useEffect(() => {
    reload().catch(report);
  }, [reload, report]);
  return { sessions, reload };
}

export function SessionList() {
  const [problem, setProblem] = useState<string>();
  const report = useCallback((error: unknown) => setProblem(describeError(error)), []);
  const { sessions, reload } = useSessionEntries(report);

  async function revoke(session: SessionEntry) {
    await callApi(`/api/auth/sessions/${encodeURIComponent(session.id)}`, { method: "DELETE" });
    if (session.current) leave();
    else await reload();
  }

  return (
    <>
      {problem && <p role="alert">{problem}</p>}
      {!sessions && !problem && <p className="muted">Loading…</p>}
      <ul className="stack plain">
        {sessions?.map((session) => (
          <SessionRow key={session.id} session={session} onRevoke={(entry) => revoke(entry).catch(report)} />
        ))}
      </ul>
      <button className="button danger" data-testid="sign-out-everywhere" onClick={() => signOut({ everywhere: true, callbackUrl: "/" }).catch(report)}>
        Sign out everywhere
      </button>
    </>
  );
}
