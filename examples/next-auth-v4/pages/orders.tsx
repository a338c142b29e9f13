import type { GetServerSideProps, InferGetServerSidePropsType } from "next";
import { getServerSession } from "next-auth";
import { getToken } from "next-auth/jwt";
import { authOptions } from "../lib/auth";

const API_URL = process.env.API_URL ?? "http://127.0.0.1:4000";

export const getServerSideProps = (async ({ req, res }) => {
  const session = await getServerSession(req, res, authOptions);
  const token = await getToken({ req });
  if (!session || !token) return { redirect: { destination: "/login", permanent: false } };
  const response = await fetch(`${API_URL}/api/orders`, { headers: { authorization: `Bearer ${token.accessToken}` } });
  const { orders = [] } = (await response.json()) as { orders?: { id: number; note: string }[] };
  return { props: { name: session.user.name ?? "", status: response.status, orders } };
}) satisfies GetServerSideProps;

export default function Orders({ name, status, orders }: InferGetServerSidePropsType<typeof getServerSideProps>) {
  return (
    <>
      <h1>Orders of {name}</h1>
      <p data-testid="api">The API answered {status}.</p>
      <ul>
        {orders.map(({ id, note }) => (
          <li key={id}>{note}</li>
        ))}
      </ul>
    </>
  );
}
