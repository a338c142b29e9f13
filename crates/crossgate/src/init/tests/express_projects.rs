//! APIs as they are laid out in several files.

use toml::Table;

use super::{api_of, assert_has, written};

/// Controllers, services, a schema, a list of routes and constants, as larger boilerplates have them.
const BOILERPLATE: &[(&str, &str)] = &[
    ("package.json", r#"{ "dependencies": { "express": "^4.19.0", "jsonwebtoken": "^9.0.0" } }"#),
    (".env", "PORT=5000\nJWT_SECRET=very-secret-value\n"),
    (
        "src/index.js",
        "const app = require('./app'); const config = require('./config'); app.listen(config.port);",
    ),
    (
        "src/app.js",
        "const express = require('express'); const routes = require('./routes/v1');\nconst app = express();\napp.use(express.json());\napp.use('/v1', routes);\nmodule.exports = app;",
    ),
    (
        "src/routes/v1/index.js",
        "const express = require('express');\nconst authRoute = require('./auth.route');\nconst productRoute = require('./product.route');\nconst router = express.Router();\nconst defaultRoutes = [{ path: '/auth', route: authRoute }, { path: '/products', route: productRoute }];\ndefaultRoutes.forEach((route) => { router.use(route.path, route.route); });\nmodule.exports = router;",
    ),
    (
        "src/routes/v1/auth.route.js",
        "const express = require('express');\nconst validate = require('../../middlewares/validate');\nconst authValidation = require('../../validations/auth.validation');\nconst authController = require('../../controllers/auth.controller');\nconst router = express.Router();\nrouter.post('/register', validate(authValidation.register), authController.register);\nrouter.post('/login', validate(authValidation.login), authController.login);\nrouter.post('/refresh-tokens', validate(authValidation.refreshTokens), authController.refreshTokens);\nrouter.post('/logout', validate(authValidation.logout), authController.logout);\nmodule.exports = router;",
    ),
    (
        "src/routes/v1/product.route.js",
        "const express = require('express');\nconst auth = require('../../middlewares/auth');\nconst controller = require('../../controllers/product.controller');\nconst router = express.Router();\nrouter.route('/').post(auth('manageProducts'), controller.create).get(controller.list);\nrouter.get('/mine', auth(), controller.mine);\nrouter.get('/:id', controller.read);\nmodule.exports = router;",
    ),
    (
        "src/validations/auth.validation.js",
        "const Joi = require('joi');\nconst login = { body: Joi.object().keys({ email: Joi.string().required(), password: Joi.string().required() }) };\nmodule.exports = { login };",
    ),
    (
        "src/controllers/auth.controller.js",
        "const catchAsync = require('../utils/catchAsync');\nconst { authService, tokenService } = require('../services');\nconst login = catchAsync(async (req, res) => {\n  const { email, password } = req.body;\n  const user = await authService.loginUserWithEmailAndPassword(email, password);\n  const tokens = await tokenService.generateAuthTokens(user);\n  res.send({ user, tokens });\n});\nconst refreshTokens = catchAsync(async (req, res) => {\n  const tokens = await authService.refreshAuth(req.body.refreshToken);\n  res.send({ ...tokens });\n});\nconst logout = catchAsync(async (req, res) => { await authService.logout(req.body.refreshToken); res.status(httpStatus.NO_CONTENT).send(); });\nconst register = catchAsync(async (req, res) => { res.status(httpStatus.CREATED).send({ user: 1 }); });\nmodule.exports = { register, login, refreshTokens, logout };",
    ),
    (
        "src/controllers/product.controller.js",
        "const create = (req, res) => res.send({});\nconst list = async (req, res) => { res.send(await all()); };\nconst mine = (req, res) => res.send(req.user);\nconst read = (req, res) => res.send({});\nmodule.exports = { create, list, mine, read };",
    ),
    (
        "src/services/token.service.js",
        "const jwt = require('jsonwebtoken');\nconst generateToken = (userId, expires, type, secret = config.jwt.secret) => { const payload = { sub: userId, type }; return jwt.sign(payload, secret); };\nconst generateAuthTokens = async (user) => {\n  const accessToken = generateToken(user.id, 1, 'access');\n  const refreshToken = generateToken(user.id, 2, 'refresh');\n  return { access: { token: accessToken, expires: 1 }, refresh: { token: refreshToken, expires: 2 } };\n};\nmodule.exports = { generateAuthTokens };",
    ),
    (
        "src/services/auth.service.js",
        "const refreshAuth = async (refreshToken) => { const user = await find(refreshToken); return tokenService.generateAuthTokens(user); };\nmodule.exports = { refreshAuth };",
    ),
    (
        "src/services/index.js",
        "module.exports.authService = require('./auth.service');\nmodule.exports.tokenService = require('./token.service');",
    ),
    (
        "src/middlewares/auth.js",
        "const passport = require('passport');\nconst auth = (...rights) => async (req, res, next) => { passport.authenticate('jwt', { session: false })(req, res, next); };\nmodule.exports = auth;",
    ),
    ("src/config/passport.js", "const opts = { jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() };"),
];

#[test]
fn an_api_in_many_files_is_read_across_them() {
    let (text, report) = written(&api_of(BOILERPLATE));
    let table: Table = text.parse().unwrap();
    let api = &table["api"][0];
    assert_eq!(api["path"].as_str(), Some("/v1"), "{text}");
    assert_eq!(api["url"].as_str(), Some("http://127.0.0.1:5000"));
    assert_eq!(api["token"].as_str(), Some("api"));
    // `/mine` is guarded and would be opened by `/*`.
    assert_eq!(api["public"].to_string(), r#"["POST /v1/auth/register", "GET /v1/products"]"#);
    let credentials = &table["sign_in"]["credentials"];
    assert_eq!(credentials["fields"].to_string(), r#"["email", "password"]"#);
    let login = &credentials["login"];
    assert_eq!(login["request"].as_str(), Some("POST /v1/auth/login"));
    assert_eq!(login["access_token"].as_str(), Some("/tokens/access/token"));
    assert_eq!(login["refresh_token"].as_str(), Some("/tokens/refresh/token"));
    let refresh = &credentials["refresh"];
    assert_eq!(refresh["request"].as_str(), Some("POST /v1/auth/refresh-tokens"));
    assert_eq!(refresh["access_token"].as_str(), Some("/access/token"));
    assert_eq!(credentials["logout"]["body"].to_string(), r#"{ refreshToken = "{refresh_token}" }"#);
    assert_has(&text, &["read from api/.env:1", "api/src/controllers/auth.controller.js:4"]);
    assert!(!text.contains("very-secret-value") && !report.contains("very-secret-value"));
}

/// TypeScript with classes and decorated types.
#[test]
fn routes_in_classes_are_found() {
    let (text, _) = written(&api_of(&[
        ("package.json", r#"{ "dependencies": { "express": "^5.0.0", "jose": "^6.0.0" } }"#),
        (
            "src/auth.controller.ts",
            r#"import { Request, Response } from "express";
import { SignJWT } from "jose";
export class AuthController {
  public login = async (req: Request, res: Response): Promise<void> => {
    const { username, password }: LoginDto = req.body as LoginDto;
    const jwt = await new SignJWT({ id: 1 }).setProtectedHeader({ alg: "HS256" }).sign(key);
    res.status(200).json({ data: { id: user.id, username }, token: jwt });
  };
  public me(req: Request, res: Response): void { res.json({ user: req.user }); }
}"#,
        ),
        (
            "src/auth.routes.ts",
            r#"import { Router } from "express";
import { AuthController } from "./auth.controller";
import { requireAuth } from "./guard";
export class AuthRoutes {
  public router = Router();
  private authController = new AuthController();
  constructor() {
    this.router.post("/api/auth/login", this.authController.login);
    this.router.get("/api/me", requireAuth, this.authController.me);
  }
}"#,
        ),
        (
            "src/guard.ts",
            "export const requireAuth = (req, res, next) => { if (!req.headers.authorization) return res.sendStatus(401); next(); };",
        ),
    ]));
    assert_has(
        &text,
        &[
            "request = \"POST /api/auth/login\"",
            "fields = [\"username\", \"password\"]",
            "user = \"/data\"",
            "access_token = \"/token\"",
        ],
    );
}

#[test]
fn an_api_without_a_login_is_still_a_file() {
    let (text, report) = written(&api_of(&[
        ("package.json", r#"{ "dependencies": { "express": "^5.0.0" } }"#),
        (
            "app.js",
            "const app = express(); app.get('/api/orders', (req, res) => res.json([])); app.listen(4000);",
        ),
    ]));
    assert_has(&text, &["token = \"none\"", "#[sign_in.credentials]", "#public = "]);
    assert_has(&report, &["which route is the login", "what the API receives to know who is asking"]);
}

#[test]
fn nothing_is_opened_where_no_route_has_a_guard() {
    let (text, _) = written(&api_of(&[(
        "app.js",
        "const app = express(); app.get('/api/orders', (req, res) => res.json([])); app.post('/api/login', (req, res) => { const { email, password } = req.body; res.json({ token: 1, user: {} }) });",
    )]));
    assert_has(&text, &["#public = ", "request = \"POST /api/login\""]);
}

#[test]
fn guards_for_a_whole_router_or_prefix_close_what_comes_after_them() {
    for (source, open) in [
        ("app.get('/api/a', h); app.use(requireAuth); app.get('/api/b', h);", r#"["GET /api/a"]"#),
        ("app.use('/api/b', requireAuth); app.get('/api/a', h); app.get('/api/b', h);", r#"["GET /api/a"]"#),
        (
            "const r = Router(); r.get('/b', h); app.use('/api', requireAuth, r); app.get('/api/a', h);",
            r#"["GET /api/a"]"#,
        ),
        ("app.get('/api/a', h); app.get('/api/:id', requireAuth, h);", "none"),
        ("app.get('/api/:id', h); app.get('/api/mine', requireAuth, h);", "none"),
        ("app.get('/api/a', (req, res) => res.json(req.user)); app.get('/api/b', requireAuth, h);", "none"),
        ("app.get('/api/a/(.*)', h); app.get('/api/b', requireAuth, h);", "none"),
    ] {
        let source = format!("const app = express(); const h = (req, res) => res.json({{}}); {source}");
        let (text, _) = written(&api_of(&[("app.js", &source)]));
        let table: Table = text.parse().unwrap();
        let found = table["api"][0].get("public").map_or("none".to_owned(), ToString::to_string);
        assert_eq!(found, open, "{source}");
    }
}
