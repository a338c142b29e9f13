import { clientCases } from "../../support/client/cases.js";

clientCases("b-client-v4-24-11", "next-auth-v4-24-11", { version: "4.24.11" });
