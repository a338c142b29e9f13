//! APIs ask whether a token still counts.

use crossgate_testkit::{ADA, BOB, Operation, World, story};

use super::api_clients::{
    CONFIG, INTROSPECT, MINUTE, REPORTS, REVOKE, SHOP, basic, inactive, introspect, part, post, revoke,
    token_at,
};

#[test]
fn a_token_that_counts_is_active_and_says_what_it_says() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        for (client, path) in [(SHOP, "/api/things"), (REPORTS, "/reports/things")] {
            let token = token_at(&world, &mut ada, path).await;
            let answer = introspect(&world, client, &token).await;
            let mut expected = part(&token, 1);
            expected["active"] = true.into();
            expected["token_type"] = "Bearer".into();
            assert_eq!(answer, expected);
            for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "sid", "client_id"] {
                assert!(answer.get(claim).is_some(), "{claim}: {answer}");
            }
        }
    });
}

#[test]
fn a_token_counts_at_its_own_api_only() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let shop = token_at(&world, &mut ada, "/api/things").await;
        let reports = token_at(&world, &mut ada, "/reports/things").await;
        assert_eq!(introspect(&world, REPORTS, &shop).await, inactive());
        assert_eq!(introspect(&world, SHOP, &reports).await, inactive());
        for (client, token) in [(REPORTS, &shop), (SHOP, &reports)] {
            let _ = revoke(&world, client, token).await.expect_status(200);
        }
        assert!(ada.is_signed_in().await, "another API's token ends nothing");
    });
}

#[test]
fn a_token_ends_with_its_time_and_with_its_session() {
    story(async {
        let world = World::with(CONFIG).await;
        let (mut ada, mut bob) = (world.signed_in().await, world.browser_of(BOB).await);
        let token = token_at(&world, &mut ada, "/api/things").await;
        let other = token_at(&world, &mut bob, "/api/things").await;
        let _ = ada.sign_out().await.expect_status(200);
        assert_eq!(introspect(&world, SHOP, &token).await, inactive(), "at once");
        assert_eq!(introspect(&world, SHOP, &other).await["active"], true, "and nobody else's");
        world.let_pass(MINUTE * 5);
        assert_eq!(introspect(&world, SHOP, &other).await, inactive());
    });
}

#[test]
fn a_session_beyond_its_limits_makes_its_tokens_worthless_before_the_sweep_comes() {
    story(async {
        let limits = "[session]\nidle_timeout = '2m'\nabsolute_timeout = '1h'";
        let world = World::build().config(CONFIG).config(limits).start().await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        world.let_pass(MINUTE);
        assert_eq!(introspect(&world, SHOP, &token).await["active"], true);
        world.let_pass(MINUTE);
        assert_eq!(introspect(&world, SHOP, &token).await, inactive(), "asking was no activity");
    });
}

#[test]
fn activity_that_is_not_written_down_yet_counts() {
    story(async {
        let world = World::build().config(CONFIG).config("session.idle_timeout = '2m'").start().await;
        let mut ada = world.signed_in().await;
        world.let_pass(MINUTE + MINUTE / 2);
        let token = token_at(&world, &mut ada, "/api/things").await;
        world.let_pass(MINUTE);
        assert_eq!(introspect(&world, SHOP, &token).await["active"], true);
    });
}

#[test]
fn without_the_store_there_is_no_answer_that_might_be_wrong() {
    story(async {
        let world = World::with(CONFIG).await;
        let mut ada = world.signed_in().await;
        let token = token_at(&world, &mut ada, "/api/things").await;
        for (path, operation) in [
            (INTROSPECT, Operation::LoadByHandle),
            (REVOKE, Operation::LoadByHandle),
            (REVOKE, Operation::End),
        ] {
            world.store.fail(operation);
            let answer = post(&world, path, Some(&basic(SHOP)), &[("token", &token)]).await;
            assert_eq!(answer.refusal(), (503, "store_unavailable".into()), "{path}");
            assert_eq!(answer.header("retry-after"), Some("5"));
            world.store.heal();
        }
        assert!(ada.is_signed_in().await);
        assert_eq!(introspect(&world, SHOP, "nonsense").await, inactive());
    });
}

#[test]
fn tokens_of_the_key_before_count_and_those_of_a_retired_one_do_not() {
    story(async {
        let daily = "[signing_keys]\nrotate_every = '1d'\n[session]\nidle_timeout = '30d'";
        let world = World::build().config(CONFIG).config(daily).start().await;
        let mut ada = world.signed_in().await;
        world.let_pass(MINUTE * 60 * 24);
        world.tend_keys().await.unwrap();
        world.let_pass(MINUTE * 8);
        let before = token_at(&world, &mut ada, "/api/things").await;
        world.let_pass(MINUTE * 3);
        let mut second = world.browser_of(ADA).await;
        let after = token_at(&world, &mut second, "/api/things").await;
        assert_ne!(part(&before, 0)["kid"], part(&after, 0)["kid"]);
        for token in [&before, &after] {
            assert_eq!(introspect(&world, SHOP, token).await["active"], true, "the key changed meanwhile");
        }
        let waited = MINUTE * 60 * 3;
        world.let_pass(waited);
        world.tend_keys().await.unwrap();
        // Only a clock that goes wrong makes such a token unexpired; its key is gone all the same.
        world.clock.set_back(waited);
        assert_eq!(introspect(&world, SHOP, &before).await, inactive());
        assert_eq!(introspect(&world, SHOP, &after).await["active"], true);
    });
}
