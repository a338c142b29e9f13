import { crossgate } from "@crossgate/express";
import express from "express";
import manifest from "express/package.json" with { type: "json" };
import { listen, shop } from "./shop.cjs";

listen(shop({ express, crossgate, kind: `Express ${manifest.version.split(".")[0]}, import` }));
