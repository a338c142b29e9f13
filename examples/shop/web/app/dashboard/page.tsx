import { apiFetch } from "@crossgate/next/server";
import type { Metadata } from "next";
import Link from "next/link";
import { SignedOutNotice } from "@/components/Notice";
import { OrderCard } from "@/components/OrderCard";
import { ask } from "@/lib/shop-api";
import type { Order, User } from "@/lib/types";
import { LiveOrders } from "./LiveOrders";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Dashboard" };

const TABS = ["all", "placed", "shipped", "delivered"];

async function loadDashboard() {
  const [me, orders] = await Promise.all([
    ask<{ user: User }>(apiFetch, "/api/me"),
    ask<{ orders: Order[] }>(apiFetch, "/api/orders"),
  ]);
  if (me.state !== "ok" || orders.state !== "ok") return undefined;
  return { user: me.data.user, orders: orders.data.orders };
}

/** Tabs other than the known ones show everything. */
function ordersInTab(orders: Order[], tab: string): Order[] {
  const isStatus = tab !== "all" && TABS.includes(tab);
  return isStatus ? orders.filter((order) => order.status === tab) : orders;
}

function Tabs({ current }: { current: string }) {
  return (
    <nav className="tabs" aria-label="Orders">
      {TABS.map((tab) => (
        <Link key={tab} href={`/dashboard?tab=${tab}`} aria-current={tab === current ? "page" : undefined}>
          {tab}
        </Link>
      ))}
    </nav>
  );
}

function OrderList({ orders }: { orders: Order[] }) {
  if (orders.length === 0) return <p className="muted">No orders here.</p>;
  return (
    <div className="stack">
      {orders.map((order) => (
        <OrderCard key={order.id} order={order} />
      ))}
    </div>
  );
}

type Props = { searchParams: Promise<{ tab?: string | string[] }> };

export default async function DashboardPage({ searchParams }: Props) {
  const [dashboard, { tab: parameter }] = await Promise.all([loadDashboard(), searchParams]);
  if (!dashboard) return <SignedOutNotice />;
  const tab = [parameter].flat()[0] ?? "all";
  return (
    <>
      <div className="title-row">
        <h1>
          Hello, <span data-testid="whoami">{dashboard.user.name}</span>
        </h1>
        <LiveOrders />
      </div>
      <Tabs current={tab} />
      <p className="muted">
        Showing: <span data-testid="tab">{tab}</span>
      </p>
      <OrderList orders={ordersInTab(dashboard.orders, tab)} />
      <p>
        <Link href="/dashboard/settings">Where you are signed in</Link>
      </p>
    </>
  );
}
