// GraphQL with Apollo Server: login, refresh and logout are mutations, and errors come with status 200.
import { createHash, randomBytes } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import { expressMiddleware } from "@as-integrations/express5";
import bcrypt from "bcryptjs";
import express from "express";
import { GraphQLError } from "graphql";
import jwt from "jsonwebtoken";

const { PORT = "4000", ACCESS_TOKEN_SECONDS = "900" } = process.env;
const JWT_SECRET = process.env.JWT_SECRET ?? randomBytes(32).toString("hex");

const users = [
  { id: "1", name: "Ada Lovelace", email: "ada@shop.example", passwordHash: bcrypt.hashSync("correct-horse-1", 10) },
];
const refreshTokens = new Map();
const digest = (token) => createHash("sha256").update(token).digest("hex");

const typeDefs = `#graphql
  type User { id: ID!, name: String!, email: String! }
  type Session { accessToken: String!, refreshToken: String!, user: User! }
  type Query { me: User! }
  type Mutation {
    login(email: String!, password: String!): Session!
    refresh(refreshToken: String!): Session!
    logout(refreshToken: String!): Boolean!
  }
`;

function newSession(user) {
  const accessToken = jwt.sign({}, JWT_SECRET, { subject: user.id, expiresIn: Number(ACCESS_TOKEN_SECONDS) });
  const refreshToken = randomBytes(32).toString("base64url");
  refreshTokens.set(digest(refreshToken), user);
  return { accessToken, refreshToken, user };
}

function unauthenticated(message) {
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED" } });
}

const resolvers = {
  Query: {
    me: (_parent, _args, { user }) => {
      if (!user) throw unauthenticated("You must be logged in.");
      return user;
    },
  },
  Mutation: {
    login: async (_parent, { email, password }) => {
      const user = users.find((user) => user.email === email);
      if (!user || !(await bcrypt.compare(password, user.passwordHash))) {
        throw unauthenticated("Wrong email or password.");
      }
      return newSession(user);
    },
    refresh: (_parent, { refreshToken }) => {
      const user = refreshTokens.get(digest(refreshToken));
      refreshTokens.delete(digest(refreshToken));
      if (!user) throw unauthenticated("The refresh token is not valid.");
      return newSession(user);
    },
    logout: (_parent, { refreshToken }) => refreshTokens.delete(digest(refreshToken)),
  },
};

async function context({ req }) {
  try {
    const token = (req.headers.authorization ?? "").replace("Bearer ", "");
    const { sub } = jwt.verify(token, JWT_SECRET, { algorithms: ["HS256"] });
    return { user: users.find((user) => user.id === sub) };
  } catch {
    return {};
  }
}

const apollo = new ApolloServer({ typeDefs, resolvers });
await apollo.start();

const app = express();
app.use("/graphql", express.json(), expressMiddleware(apollo, { context }));

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log(`API listening on http://127.0.0.1:${server.address().port}`);
});
