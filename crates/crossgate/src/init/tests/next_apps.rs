//! Apps: a stock one, and those with next-auth of both versions.

use toml::Table;

use super::{api_of, app_of, assert_has, written};

const STOCK: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{ "scripts": { "dev": "next dev --turbopack" }, "dependencies": { "next": "16.0.0", "react": "19.2.0" } }"#,
    ),
    (
        "next.config.ts",
        "import type { NextConfig } from \"next\";\nconst nextConfig: NextConfig = {\n  /* config options here */\n};\nexport default nextConfig;\n",
    ),
    (
        "src/app/layout.tsx",
        "export default function RootLayout({ children }) { return <html><body>{children}</body></html>; }",
    ),
    ("src/app/page.tsx", "export default function Home() { return <p>Don't panic</p>; }"),
];

#[test]
fn a_stock_app_without_anything_becomes_a_file_that_passes() {
    let (text, report) = written(&app_of(STOCK));
    assert_has(
        &text,
        &[
            "url = \"http://127.0.0.1:3000\"",
            "#[[api]]",
            "#[sign_in.credentials]",
            "#protected = [\"/dashboard/**\"]",
        ],
    );
    assert_has(
        &report,
        &[
            "Next.js 16.0.0 in web, App Router, port 3000",
            "where the API is",
            "crossgate dev -- npm --prefix web run dev",
        ],
    );
    assert!(!text.contains("next_auth"), "{text}");
}

#[test]
fn port_base_path_and_locales_are_read() {
    let (text, report) = written(&app_of(&[
        (
            "package.json",
            r#"{ "scripts": { "dev": "next dev -p 8080" }, "dependencies": { "next": "^14.2.0" } }"#,
        ),
        (
            "next.config.js",
            "module.exports = {\n  basePath: '/shop',\n  i18n: { locales: ['en', 'de-AT'], defaultLocale: 'en' },\n  async rewrites() { return []; },\n};",
        ),
        ("pages/index.js", ""),
        ("pages/api/hello.js", ""),
    ]));
    let table: Table = text.parse().unwrap();
    assert_eq!(table["app"]["url"].as_str(), Some("http://127.0.0.1:8080"));
    assert_eq!(table["app"]["base_path"].as_str(), Some("/shop"));
    assert_eq!(table["app"]["locales"].to_string(), r#"["en", "de-AT"]"#);
    // The port of the app cannot be that of Crossgate.
    assert_eq!(table["public_url"].as_str(), Some("http://localhost:8000"));
    assert_eq!(table["listen"]["address"].as_str(), Some("127.0.0.1:8000"));
    assert_has(&report, &["what the rewrites of next.config do (web/next.config.js:4)"]);
}

const V4: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{ "scripts": { "dev": "next dev" }, "dependencies": { "next": "14.2.0", "next-auth": "^4.24.11" } }"#,
    ),
    (".env.local", "NEXTAUTH_SECRET=very-secret-value-1\nGOOGLE_ID=x\nGOOGLE_SECRET=very-secret-value-2\n"),
    (
        "middleware.ts",
        "export { default } from \"next-auth/middleware\";\nexport const config = { matcher: [\"/dashboard/:path*\", \"/account\"] };",
    ),
    (
        "pages/api/auth/[...nextauth].ts",
        r#"import NextAuth, { type NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import GoogleProvider from "next-auth/providers/google";
import AzureADProvider from "next-auth/providers/azure-ad";
import EmailProvider from "next-auth/providers/email";

export const authOptions: NextAuthOptions = {
  providers: [
    CredentialsProvider({
      name: "Credentials",
      credentials: { username: { label: "User" }, password: { label: "Password", type: "password" } },
      async authorize(credentials) {
        const response = await fetch(`${process.env.API_URL}/v1/auth/login`, { method: "POST" });
        return response.ok ? response.json() : null;
      },
    }),
    GoogleProvider({ clientId: process.env.GOOGLE_ID!, clientSecret: process.env.GOOGLE_SECRET as string }),
    AzureADProvider({ clientId: process.env.AZURE_ID, clientSecret: process.env.AZURE_SECRET, tenantId: "x" }),
    EmailProvider({ server: process.env.EMAIL_SERVER }),
  ],
  secret: process.env.NEXTAUTH_SECRET,
  session: { strategy: "jwt", maxAge: 7 * 24 * 60 * 60 },
  pages: { signIn: "/login", error: "/login" },
  callbacks: {
    async jwt({ token, user, account }) {
      if (user) {
        token.role = (user as any).role;
        token.accessToken = user.token;
        token.refreshToken = user.refreshToken;
        token.plan = await planOf(user);
      }
      return token;
    },
    async session({ session, token }) {
      session.user.id = token.sub!;
      session.user.role = token.role as string;
      session.accessToken = token.accessToken;
      session.plan = token.plan;
      return session;
    },
    signIn: async ({ user }) => user.isActive,
  },
};
export default NextAuth(authOptions);
"#,
    ),
    ("pages/login.tsx", ""),
    ("pages/dashboard/index.tsx", ""),
];

#[test]
fn an_app_with_version_4_keeps_its_code() {
    let (text, report) = written(&app_of(V4));
    let table: Table = text.parse().unwrap();
    let next_auth = &table["app"]["next_auth"];
    assert_eq!(next_auth["version"].as_str(), Some("v4"));
    assert_eq!(next_auth["secret"].as_str(), Some("${NEXTAUTH_SECRET}"));
    assert_eq!(next_auth["max_age"].as_str(), Some("7d"));
    assert_eq!(next_auth["token"].to_string(), r#"{ role = "{user.role}" }"#);
    assert_eq!(next_auth["session"].to_string(), r#"{ user = { id = "{sub}", role = "{role}" } }"#);
    assert_eq!(table["pages"]["sign_in"].as_str(), Some("/login"));
    assert_eq!(table["pages"]["error"].as_str(), Some("/login"));
    assert_eq!(table["pages"]["protected"].to_string(), r#"["/dashboard/**", "/account"]"#);
    assert_eq!(table["sign_in"]["google"]["client_id"].as_str(), Some("${GOOGLE_ID}"));
    assert_eq!(table["sign_in"]["google"]["client_secret"].as_str(), Some("${GOOGLE_SECRET}"));
    assert_eq!(table["sign_in"]["entra"]["client_id"].as_str(), Some("${AZURE_ID}"));
    assert_has(
        &text,
        &[
            "#[app.next_auth.move_in]\n#subject = \"/sub\"\n#access_token = \"/accessToken\"\n#refresh_token = \"/refreshToken\"",
            "#fields = [\"username\", \"password\"]\n#login = { request = \"POST /v1/auth/login\"",
            "/callback/azure-ad",
        ],
    );
    assert_has(
        &report,
        &[
            "next-auth  ^4.24.11".replace('^', "").as_str(),
            "providers  credentials, google, azure-ad, email",
            "callbacks  jwt, session, signIn",
            "how people sign in by e-mail",
            "whom the callback signIn turns away",
            "what the callbacks put into token and session at web/pages/api/auth/[...nextauth].ts:30",
            "export NEXTAUTH_SECRET, GOOGLE_ID, GOOGLE_SECRET",
        ],
    );
}

#[test]
fn no_secret_is_ever_written_or_shown() {
    for app in [V4, V5] {
        let (text, report) = written(&app_of(app));
        for secret in ["very-secret-value", "hush"] {
            assert!(!text.contains(secret) && !report.contains(secret), "{text}{report}");
        }
    }
}

const V5: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{ "scripts": { "dev": "next dev" }, "dependencies": { "next": "15.1.0", "next-auth": "5.0.0-beta.30" } }"#,
    ),
    (".env", "AUTH_SECRET=\"very-secret-value\"\nAUTH_GITHUB_ID=1\n"),
    (
        "src/auth.ts",
        r#"import NextAuth from "next-auth";
import GitHub from "next-auth/providers/github";
import Auth0 from "next-auth/providers/auth0";

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [GitHub, Auth0({ issuer: process.env.AUTH_AUTH0_ISSUER })],
  secret: "hush, this is written out",
  cookies: { sessionToken: { name: "shop.session" } },
  callbacks: { authorized: ({ auth }) => !!auth },
});
"#,
    ),
    (
        "src/app/api/auth/[...nextauth]/route.ts",
        "import { handlers } from \"@/auth\";\nexport const { GET, POST } = handlers;",
    ),
    (
        "src/middleware.ts",
        "export { auth as middleware } from \"@/auth\";\nexport const config = { matcher: [\"/((?!api|_next/static).*)\"] };",
    ),
    ("src/app/page.tsx", ""),
    (
        "src/app/(shop)/orders/[id]/page.tsx",
        "import { auth } from \"@/auth\";\nexport default async function Page() { const session = await auth(); }",
    ),
    ("src/app/api/revalidate/route.ts", ""),
];

#[test]
fn an_app_with_version_5_keeps_its_code() {
    let (text, report) = written(&app_of(V5));
    let table: Table = text.parse().unwrap();
    let next_auth = &table["app"]["next_auth"];
    assert_eq!(next_auth["version"].as_str(), Some("v5"));
    assert_eq!(next_auth["secret"].as_str(), Some("${AUTH_SECRET}"));
    assert_eq!(next_auth["cookie"].as_str(), Some("shop.session"));
    assert_eq!(table["sign_in"]["github"]["client_id"].as_str(), Some("${AUTH_GITHUB_ID}"));
    assert_eq!(table["sign_in"]["auth0"]["domain"].as_str(), Some("${AUTH0_DOMAIN}"));
    assert_has(
        &text,
        &[
            "#  \"/orders/*\", # web/src/app/(shop)/orders/[id]/page.tsx:1",
            "#[sign_in.account]",
            "With it auth",
        ],
    );
    assert_has(
        &report,
        &[
            "it is written out in web/src/auth.ts:7",
            "which pages the middleware protects (web/src/middleware.ts:2)",
            "what the callback authorized asks for",
        ],
    );
}

#[test]
fn the_app_keeps_its_route_handlers_and_both_sides_are_compared() {
    let api = api_of(&[
        ("package.json", r#"{ "dependencies": { "express": "^4.19.0" } }"#),
        (
            "index.js",
            "const express = require('express'); const app = express(); app.get('/api/me', requireAuth, me); app.get('/orders', requireAuth, list); app.listen(3000);",
        ),
    ]);
    let (text, report) = written(&super::Findings { api: api.api, ..app_of(V5) });
    assert_has(
        &text,
        &["app = [\n  \"/api/revalidate\", # web/src/app/api/revalidate/route.ts:1\n]", "path = \"/orders\""],
    );
    assert_has(
        &report,
        &[
            "share the port 3000",
            "who answers below /orders: the API does, but the app has the page /orders/* there",
        ],
    );
}
