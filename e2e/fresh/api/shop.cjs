// An existing Express API, whichever Express it has and however it loads the package. It shows what each export says.
const PASSWORD = "correct horse battery";
const PEOPLE = new Map([
  ["ada@shop.example", { id: "ada", name: "Ada", email: "ada@shop.example", role: "admin" }],
  ["grace@shop.example", { id: "grace", name: "Grace", email: "grace@shop.example", role: "customer" }],
]);

function login(request, response) {
  const { email, password } = request.body ?? {};
  const user = password === PASSWORD ? PEOPLE.get(email) : undefined;
  if (user) response.json({ user });
  else response.status(401).json({ message: "Wrong e-mail or password." });
}

/** Notes of everybody, each only for whoever wrote it. */
class Notes {
  #notes = [];

  list = (request, response) => {
    response.json({ notes: this.#notes.filter(({ author }) => author === request.identity.subject) });
  };

  add = (request, response) => {
    const note = { author: request.identity.subject, text: request.body.text };
    this.#notes.push(note);
    response.status(201).json(note);
  };
}

/** What the package throws, as the API's own handler shows it. */
const answerErrors = (CrossgateError) => (error, _request, response, next) => {
  if (error instanceof CrossgateError) response.status(error.status).json({ code: error.code });
  else next(error);
};

/** @param kind which Express it is and how the package was loaded, for the tests to see */
exports.shop = function shop({ express, crossgate, CrossgateError, identityOf, kind }) {
  const { requireSession, optionalSession, requireRole, requireClaim } = crossgate({
    issuer: process.env.ISSUER,
    audience: "https://shop.example",
    internalUrl: process.env.INTERNAL_URL,
    client: { id: "shop", secret: process.env.CLIENT_SECRET },
  });
  const notes = new Notes();
  const app = express();
  app.disable("x-powered-by");
  app.use(express.json());
  app.post("/api/login", login);
  app.get("/api/kind", (_request, response) => response.json({ kind }));
  app.get("/api/me", requireSession(), (request, response) => {
    const { subject, claims } = identityOf(request);
    response.json({ subject, role: claims.role, kind });
  });
  app.get("/api/visitor", optionalSession(), (request, response) => response.json({ subject: request.identity?.subject ?? null }));
  app.get("/api/admin", requireRole("admin"), (_request, response) => response.json({ secret: "the safe" }));
  app.get("/api/customers", requireClaim("role", "customer"), (_request, response) => response.json({ offer: "ten percent" }));
  app.get("/api/live", requireSession({ introspect: true }), (request, response) => response.json({ subject: request.identity.subject }));
  app.get("/api/notes", requireSession(), notes.list);
  app.post("/api/notes", requireSession(), notes.add);
  app.get("/api/forgotten", (request, response) => response.json(identityOf(request)));
  app.use(answerErrors(CrossgateError));
  return app;
};

exports.listen = (app) => {
  const server = app.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("the API is ready"));
  process.once("SIGTERM", () => server.close(() => process.exit(0)));
};
