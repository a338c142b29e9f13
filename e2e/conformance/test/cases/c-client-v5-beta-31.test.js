import { clientCases } from "../../support/client/cases.js";

clientCases("c-client-v5-beta-31", "next-auth-v5-beta-31", { version: "5.0.0-beta.31" });
