// The providers, each on a port of its own: what Google, Auth0, Entra ID and GitHub do, as far as a client notices.
import { required } from "../support/environment.js";
import { serve } from "../support/server.js";
import { auth0 } from "./auth0.js";
import { entra } from "./entra.js";
import { github } from "./github.js";
import { google } from "./google.js";

const start = {
  google: google(required("GOOGLE_URL")),
  auth0: auth0(required("AUTH0_URL")),
  entra: entra(required("ENTRA_URL")),
  github: github(required("GITHUB_URL")),
};

for (const [name, handle] of Object.entries(start)) {
  await serve(name, required(`${name.toUpperCase()}_URL`), handle);
}
