const { crossgate } = require("@crossgate/express");
const express = require("express");
const { version } = require("express/package.json");
const { listen, shop } = require("./shop.cjs");

listen(shop({ express, crossgate, kind: `Express ${version.split(".")[0]}, require` }));
