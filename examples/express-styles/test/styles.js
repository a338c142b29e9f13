// What is to be expected of each style. Credentials and routes are those of the APIs; nothing here knows a token.

const PASSWORD = "correct-horse-1";
const ADA = { email: "ada@shop.example", password: PASSWORD };
const ADA_BY_NAME = { username: "ada", password: PASSWORD };

/** Fits requests with this method and path. */
const to = (request) => (record) => `${record.method} ${record.path}` === request;
/** Fits requests to a GraphQL server whose query has this field. */
const graphql = (field) => (record) => record.path === "/graphql" && JSON.parse(record.body).query.includes(`${field}(`);
const get = (path) => ({ path });

/** All of them. */
export const styles = [
  {
    folder: "01-jsonwebtoken",
    person: ADA,
    refusal: "Invalid email or password.",
    login: to("POST /api/login"),
    call: get("/api/me"),
    data: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" },
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
  {
    folder: "02-realworld-token",
    person: ADA,
    refusal: "is invalid",
    login: to("POST /api/users/login"),
    call: get("/api/articles/feed"),
    data: { articlesCount: 1 },
    logout: to("POST /api/users/logout"),
    endsAtLogout: true,
  },
  {
    folder: "03-x-access-token",
    person: ADA_BY_NAME,
    refusal: "Invalid Password!",
    login: to("POST /api/auth/signin"),
    credential: "x-access-token",
    call: get("/api/users/me"),
    data: { username: "ada", roles: ["ROLE_USER"] },
    refresh: to("POST /api/auth/refreshtoken"),
    logout: to("POST /api/auth/logout"),
  },
  {
    folder: "04-jwt-cookies",
    person: ADA,
    refusal: "Invalid user credentials",
    login: to("POST /api/users/login"),
    credential: "cookie",
    call: get("/api/users/current-user"),
    data: { data: { _id: "u1", fullName: "Ada Lovelace", email: "ada@shop.example" } },
    refresh: to("POST /api/users/refresh-token"),
    logout: to("POST /api/users/logout"),
  },
  {
    folder: "05-passport-session",
    person: ADA,
    refusal: "Incorrect email or password.",
    login: to("POST /api/login"),
    credential: "cookie",
    call: get("/api/me"),
    data: { user: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" } },
    slides: true,
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
  {
    folder: "06-cookie-session",
    person: ADA,
    refusal: "Wrong email or password",
    login: to("POST /api/session"),
    credential: "cookie",
    call: get("/api/me"),
    data: { user: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" } },
    logout: to("DELETE /api/session"),
  },
  {
    folder: "07-rotating-pair",
    person: ADA,
    refusal: "Email or password incorrect",
    login: to("POST /auth/login"),
    call: get("/users/me"),
    data: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" },
    refresh: to("POST /auth/refresh"),
    logout: to("POST /auth/logout"),
  },
  {
    folder: "08-refresh-cookie",
    person: ADA_BY_NAME,
    refusal: "Invalid username or password",
    login: to("POST /api/auth/login"),
    call: get("/api/employees/me"),
    data: { username: "ada", roles: ["Editor"] },
    refresh: to("GET /api/auth/refresh"),
    logout: to("POST /api/auth/logout"),
  },
  {
    folder: "09-nested-tokens",
    person: ADA,
    refusal: "Incorrect email or password",
    login: to("POST /v1/auth/login"),
    call: get("/v1/users/5ebac534954b54139806c112"),
    data: { name: "Ada Lovelace", role: "user" },
    refresh: to("POST /v1/auth/refresh-tokens"),
    logout: to("POST /v1/auth/logout"),
  },
  {
    folder: "10-graphql",
    person: ADA,
    refusal: "Wrong email or password.",
    login: graphql("login"),
    call: { method: "POST", path: "/graphql", json: { query: "{ me { id name email } }" } },
    called: (record) => record.path === "/graphql" && record.body.includes("{ me {"),
    data: { data: { me: { id: "1", name: "Ada Lovelace", email: "ada@shop.example" } } },
    isRefusal: ({ body }) => body.errors[0].extensions.code === "UNAUTHENTICATED",
    hasOneAddress: true,
    refresh: graphql("refresh"),
    logout: graphql("logout"),
  },
  {
    folder: "11-form-login",
    person: { login: "ada", password: PASSWORD },
    refusal: "Invalid login or password.",
    login: to("POST /account/sign_in"),
    call: get("/account/profile"),
    data: { id: 1, login: "ada", fullName: "Ada Lovelace" },
    logout: to("DELETE /account/sign_out"),
    endsAtLogout: true,
  },
  {
    folder: "12-basic-login",
    person: ADA_BY_NAME,
    refusal: "Wrong username or password.",
    login: to("POST /api/tokens"),
    call: get("/api/users/me"),
    data: { id: 1, username: "ada", name: "Ada Lovelace" },
    logout: to("DELETE /api/tokens"),
    endsAtLogout: true,
  },
  {
    folder: "13-oauth-token",
    person: ADA_BY_NAME,
    refusal: "The user name or password is wrong.",
    login: to("POST /oauth/token"),
    call: get("/api/me"),
    data: { id: 1, username: "ada", name: "Ada Lovelace" },
    refresh: (record) => record.path === "/oauth/token" && record.body.includes("grant_type=refresh_token"),
    logout: to("POST /oauth/revoke"),
    endsAtLogout: true,
  },
  {
    folder: "14-passport-jwt-rs256",
    person: ADA_BY_NAME,
    refusal: "you entered the wrong password",
    login: to("POST /users/login"),
    call: get("/users/protected"),
    data: { success: true, msg: "You are ada" },
    logout: to("GET /users/logout"),
    endsAtLogout: true,
  },
  {
    folder: "15-jwks",
    person: ADA,
    refusal: "Wrong email or password.",
    login: to("POST /api/login"),
    call: get("/api/profile"),
    data: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" },
    // Crossgate signs the token anew for as long as its session lives.
    isIssued: true,
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
  {
    folder: "16-csrf-login",
    person: ADA,
    refusal: "Invalid credentials",
    login: to("POST /api/login"),
    credential: "cookie",
    call: get("/api/me"),
    data: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" },
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
  {
    folder: "17-always-200",
    person: { mobile: "+441815", password: PASSWORD },
    refusal: "Incorrect mobile or password",
    login: to("POST /api/login"),
    call: { method: "POST", path: "/api/profile" },
    data: { success: true, data: { userId: 1, userName: "Ada Lovelace", mobile: "+441815" } },
    isRefusal: ({ body }) => body.success === false,
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
  {
    folder: "18-otp",
    person: { email: "grace@shop.example", password: PASSWORD },
    refusal: "Wrong email or password.",
    login: to("POST /api/login"),
    call: get("/api/me"),
    data: { id: 2, name: "Grace Hopper", email: "grace@shop.example" },
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
  {
    folder: "19-token-family",
    person: ADA,
    refusal: "Email and password do not match.",
    login: to("POST /v2/sessions"),
    call: get("/v2/me"),
    data: { data: { id: 1, name: "Ada Lovelace", email: "ada@shop.example" } },
    refresh: to("POST /v2/sessions/refresh"),
    logout: to("DELETE /v2/sessions/current"),
    endsAtLogout: true,
  },
  {
    folder: "20-multi-tenant",
    person: { tenant: "acme", ...ADA },
    refusal: "Wrong email or password.",
    login: to("POST /t/acme/login"),
    call: get("/t/acme/me"),
    data: { id: 1, name: "Ada Lovelace", tenant: "acme" },
    logout: to("POST /t/acme/logout"),
    endsAtLogout: true,
  },
  {
    folder: "20-multi-tenant",
    config: "crossgate.by-header.toml",
    person: { tenant: "acme", ...ADA },
    refusal: "Wrong email or password.",
    login: to("POST /api/login"),
    call: { path: "/api/me", headers: { "x-tenant-id": "acme" } },
    data: { id: 1, name: "Ada Lovelace", tenant: "acme" },
    logout: to("POST /api/logout"),
    endsAtLogout: true,
  },
];

/** All styles, or those that `STYLES=01,15` names. */
export function chosenStyles() {
  const starts = process.env.STYLES?.split(",");
  return starts ? styles.filter(({ folder }) => starts.some((start) => folder.startsWith(start))) : styles;
}

/** Fits the calls of `style.call` at the API. */
export function calledAt(style) {
  return style.called ?? to(`${style.call.method ?? "GET"} ${style.call.path}`);
}

/** What the tests call it. */
export const nameOf = ({ folder, config }) => (config ? `${folder} (${config.split(".")[1]})` : folder);
