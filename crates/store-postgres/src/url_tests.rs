//! What URLs mean, and that nothing of a password shows.

use std::time::Duration;

use tokio_postgres::config::TargetSessionAttrs;

use super::*;
use crate::tls::Tls;

fn parse(url: &str) -> Result<Settings, OpenProblem> {
    Settings::parse(url, Duration::from_secs(2))
}

fn is_encrypted(url: &str) -> bool {
    matches!(parse(url).unwrap().server.tls, Tls::On(_))
}

#[test]
fn a_short_url_has_sound_defaults() {
    let settings = parse("postgres://ada:secret@localhost/shop").unwrap();
    assert_eq!((settings.schema.name(), settings.connections, settings.is_prepared), ("crossgate", 10, true));
    assert_eq!(settings.server.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
    assert_eq!(settings.server.config.get_application_name(), Some("crossgate"));
    assert_eq!(settings.server.place(), "at localhost:5432/shop");
    assert!(matches!(settings.listening, Listening::At(_)));
}

#[test]
fn several_hosts_are_several_hosts() {
    let settings =
        parse("postgresql://ada@db1:5433,db2:5434/shop?sslmode=disable&pool=3&schema=two").unwrap();
    assert_eq!(settings.server.place(), "at db1:5433,db2:5434/shop");
    assert_eq!((settings.connections, settings.schema.name()), (3, "two"));
    let any = parse("postgres://ada@localhost/shop?target_session_attrs=any").unwrap();
    assert_eq!(any.server.config.get_target_session_attrs(), TargetSessionAttrs::Any);
}

#[test]
fn what_leaves_the_machine_is_encrypted_unless_somebody_says_otherwise() {
    for here in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"] {
        assert!(!is_encrypted(&format!("postgres://ada@{here}/shop")), "{here}");
        assert!(is_encrypted(&format!("postgres://ada@{here}/shop?sslmode=verify-full")), "{here}");
    }
    for elsewhere in ["db", "10.0.0.1", "localhost,db", "localhost.example"] {
        assert!(is_encrypted(&format!("postgres://ada@{elsewhere}/shop")), "{elsewhere}");
        assert!(is_encrypted(&format!("postgres://ada@{elsewhere}/shop?sslmode=require")), "{elsewhere}");
        assert!(!is_encrypted(&format!("postgres://ada@{elsewhere}/shop?sslmode=disable")), "{elsewhere}");
    }
    for half in ["prefer", "allow", "verify-ca", ""] {
        assert!(parse(&format!("postgres://ada@db/shop?sslmode={half}")).is_err(), "{half}");
    }
}

#[test]
fn behind_a_pooler_nothing_is_heard_unless_there_is_a_way_around_it() {
    let heard = |query: &str| {
        matches!(
            parse(&format!("postgres://ada@localhost/shop?{query}")).unwrap().listening,
            Listening::At(_)
        )
    };
    assert!(heard("listen=true") && !heard("listen=false") && !heard("prepared=false"));
    let around = parse(
        "postgres://ada@localhost/shop?prepared=false&listen=postgres%3A%2F%2Fada%40localhost%3A5433%2Fshop",
    );
    let Listening::At(server) = around.unwrap().listening else { panic!("it listens") };
    assert_eq!(server.place(), "at localhost:5433/shop");
}

#[test]
fn what_cannot_be_read_is_refused_and_shows_nothing_of_a_password() {
    for url in [
        "mysql://ada:hunter2@db/shop",
        "postgres://ada:hun@ter2@db/shop",
        "postgres://ada:pw?hunter2=1@db/shop",
        "postgres://ada:hunter2@db:port/shop",
        "postgres://ada:x?hunter2",
        "postgres://ada:hunter2@",
        "postgres://ada:hunter2@db/shop?pool=0",
        "postgres://ada:hunter2@db/shop?pool=many",
        "postgres://ada:hunter2@db/shop?schema=a.b",
        "postgres://ada:hunter2@db/shop?schema=",
        "postgres://ada:hunter2@db/shop?prepared=perhaps",
        "postgres://ada:hunter2@db/shop?colour=red",
        "postgres://ada:hunter2@db/shop?listen=hunter2",
        "postgres://ada:hunter2@db/shop?sslrootcert=/nowhere/roots.pem",
    ] {
        let Err(problem) = parse(url) else { panic!("{url} is refused") };
        let shown = format!("{problem} {problem:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("ter2"), "{shown}");
    }
}
