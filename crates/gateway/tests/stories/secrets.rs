//! Turning the secret over.

use crossgate_testkit::{Browser, World, story};

const NEXT: &str =
    "secret = ['the next secret, which is long enough too', 'a secret of this story that is long enough']";
const NEXT_ALONE: &str = "secret = 'the next secret, which is long enough too'";

/// The same person's browser, in front of the gateway that runs now.
fn again(world: &World, browser: &Browser) -> Browser {
    let mut again = world.browser();
    let cookie = browser.session_cookie().unwrap();
    again.keep_cookie(&format!("__Host-Http-crossgate={cookie}; Path=/; Secure; HttpOnly"));
    again
}

#[test]
fn a_secret_that_moves_down_the_list_signs_nobody_out() {
    story(async {
        let mut world = World::new().await;
        let ada = world.signed_in().await;
        let token = again(&world, &ada).csrf_token().await;
        world.restart_with(NEXT).await;
        let mut ada = again(&world, &ada);
        let answer = ada.fetch("POST", "/api/orders").with("X-CSRF-Token", &token).send().await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(ada.session().await["user"]["name"], "Ada Lovelace");
        assert_ne!(ada.csrf_token().await, token, "new tokens are made with the new secret");
    });
}

#[test]
fn a_gateway_without_the_secret_of_its_signing_key_does_not_start() {
    story(async {
        let mut world = World::new().await;
        let error = world.try_restart_with(NEXT_ALONE).await.unwrap_err();
        assert!(error.contains("signing key") && error.contains("`secret`"), "{error}");
    });
}
