//! The example applications and the gateway in front of them.
mod build;
mod development;
mod folder;
mod gateway;
mod packages;
mod parts;
mod ports;
mod secrets;
mod wishlist;

pub(crate) use build::{Profile, build_app, build_gateway, build_many_sessions, build_next_app, build_seed};
pub(crate) use development::{DevelopmentApp, copy_app};
pub(crate) use folder::Folder;
pub(crate) use gateway::{Gateway, GatewayPlan, GatewayPorts, GatewaySetup};
pub(crate) use packages::{PACKAGES_FOLDER, build_packages, install_shop_part, packages_changed};
pub(crate) use parts::{Api, App, AppPlan, start_both};
pub(crate) use ports::Ports;
pub(crate) use secrets::random_hex;

/// Somebody whom the shop's demo data knows.
pub(crate) struct Account {
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    pub(crate) name: &'static str,
}

pub(crate) const ADA: Account =
    Account { email: "ada@shop.example", password: "correct-horse-1", name: "Ada Lovelace" };
pub(crate) const GRACE: Account =
    Account { email: "grace@shop.example", password: "correct-horse-2", name: "Grace Hopper" };
pub(crate) const LOCKED: Account =
    Account { email: "locked@shop.example", password: "correct-horse-3", name: "Locked Larry" };

/// Folders of the example applications in the checkout.
pub(crate) const API_FOLDER: &str = "examples/shop/api";
pub(crate) const APP_FOLDER: &str = "examples/shop/web";
const WISHLIST_FOLDER: &str = "examples/shop/wishlist";
/// What each of them is called.
pub(crate) const SHOP_FOLDERS: [(&str, &str); 3] =
    [("the API", API_FOLDER), ("the wishlist", WISHLIST_FOLDER), ("the app", APP_FOLDER)];
