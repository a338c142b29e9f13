import { crossgate, CrossgateError, identityOf } from "@crossgate/express";
import express from "express";
import manifest from "express/package.json" with { type: "json" };
import { listen, shop } from "./shop.cjs";

const kind = `express-${manifest.version.split(".")[0]} by server.mjs`;
listen(shop({ express, crossgate, CrossgateError, identityOf, kind }));
