//! E-mail addresses: whose they are, and who says so. Whether the API lets them in is its own affair.

use crossgate_testkit::{HUB, World, story};
use serde_json::json;

const HOOK: &str = "POST /api/accounts/from-provider";

const ACCOUNT: &str = "
[sign_in.account]
request = 'POST /api/accounts/from-provider'
user = '/user'
access_token = '/token'
";

#[test]
fn an_address_and_whether_it_is_verified_come_from_the_same_answer() {
    for (setting, signed, told, expected) in [
        // The address of the one never gets the verification of the other.
        (
            "always",
            json!(["typed@shop.example", null]),
            json!(["real@shop.example", true]),
            json!(["typed@shop.example", false]),
        ),
        (
            "when_needed",
            json!([null, true]),
            json!(["typed@shop.example", null]),
            json!(["typed@shop.example", false]),
        ),
        (
            "when_needed",
            json!([null, null]),
            json!(["real@shop.example", true]),
            json!(["real@shop.example", true]),
        ),
        (
            "always",
            json!(["real@shop.example", true]),
            json!(["other@shop.example", false]),
            json!(["real@shop.example", true]),
        ),
    ] {
        story(async {
            let world =
                World::with_providers(&format!("{ACCOUNT}\n[sign_in.good]\nuser_info = '{setting}'")).await;
            world.provider().claim("email", signed[0].clone());
            world.provider().claim("email_verified", signed[1].clone());
            let told = told.clone();
            world.provider().user_info(move |claims| {
                for (name, value) in [("email", &told[0]), ("email_verified", &told[1])] {
                    claims.insert(name.to_owned(), value.clone());
                }
            });
            let mut browser = world.browser();
            let _ = browser.sign_in_at_provider(&world, "good", "ada").await;
            let asked = world.api.last_of(HOOK).json();
            assert_eq!(json!([asked["email"], asked["email_verified"]]), expected, "{setting}: {signed}");
        });
    }
}

#[test]
fn an_address_of_the_list_is_verified_and_none_is_taken_from_the_profile() {
    for (login, expected) in [("ada", json!(["ada@shop.example", true])), ("mallory", json!([null, false]))] {
        story(async {
            let world = World::with_providers(&format!("{ACCOUNT}{HUB}")).await;
            world.hub().profile(|profile| {
                profile.insert("email".to_owned(), json!("shown@elsewhere.example"));
                profile.insert("email_verified".to_owned(), json!(true));
            });
            let mut browser = world.browser();
            let _ = browser.sign_in_at_provider(&world, "hub", login).await;
            let asked = world.api.last_of(HOOK).json();
            assert_eq!(json!([asked["email"], asked["email_verified"]]), expected, "{login}: {asked}");
        });
    }
}
