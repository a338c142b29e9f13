//! A step after the login, with a code.

use super::answers::answers;
use super::fields::body_read;
use super::login::Login;
use super::routers::Route;
use crate::init::program::{Program, Shape, pointer};

/// The step.
#[derive(Debug, Clone)]
pub(crate) struct SecondStep {
    pub(crate) route: Route,
    /// What says that it is wanted.
    pub(crate) when: String,
    pub(crate) values: Vec<String>,
    pub(crate) fields: Vec<String>,
}

/// A step further, where some answers of the login ask for it.
pub(crate) fn find(program: &Program<'_>, login: &Login, routes: &[Route]) -> Option<SecondStep> {
    let handler = login.route.handler.as_ref()?;
    let (shape, when) = answers(program, handler).into_iter().find_map(|answer| {
        let is_flag = |(path, shape): &(Vec<String>, &Shape)| {
            **shape == Shape::Boolean(true) && path.last().is_some_and(|last| is_step_name(last))
        };
        let flag = answer.shape.all().into_iter().find(is_flag).map(|(path, _)| pointer(&path))?;
        Some((answer.shape.clone(), flag))
    })?;
    let is_step =
        |route: &&Route| route.is("POST") && route.is_askable() && route.path.split('/').any(is_step_name);
    let route = routes.iter().find(is_step)?;
    let read = body_read(program, route);
    let (values, fields) = read.keys.into_iter().partition(|key| shape.member(key).is_some());
    Some(SecondStep { route: route.clone(), when, values, fields })
}

fn is_step_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(['_', '-'], "");
    ["otp", "mfa", "2fa", "twofactor", "totp", "secondfactor"].iter().any(|word| name.contains(word))
}
