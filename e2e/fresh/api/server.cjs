const { crossgate, CrossgateError, identityOf } = require("@crossgate/express");
const express = require("express");
const { version } = require("express/package.json");
const { listen, shop } = require("./shop.cjs");

const kind = `express-${version.split(".")[0]} by server.cjs`;
listen(shop({ express, crossgate, CrossgateError, identityOf, kind }));
