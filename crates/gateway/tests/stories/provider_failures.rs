//! What must hold wherever a sign-in at a provider comes to nothing.

use crossgate_core::error_code::ErrorCode;
use crossgate_testkit::{Answer, Browser, ORIGIN, Operation, World};

/// How things stood before something was tried.
pub(crate) struct Before {
    log: usize,
    sessions: usize,
    cookie: Option<String>,
    about: String,
}

impl Before {
    pub(crate) fn of(world: &World, browser: &Browser) -> Self {
        Self {
            log: world.log.mark(),
            sessions: world.store.calls(Operation::Create),
            cookie: browser.session_cookie(),
            about: String::new(),
        }
    }

    /// With what is tried, for whoever reads that it went wrong.
    pub(crate) fn about(self, about: &str) -> Self {
        Self { about: about.to_owned(), ..self }
    }

    /// Nobody was signed in and nobody was signed out; the person gets the code and a page that can be read, the
    /// operator one line.
    pub(crate) async fn assert_failed(
        &self,
        world: &World,
        browser: &mut Browser,
        answer: &Answer,
        code: &str,
    ) {
        self.assert_nothing_happened(world, browser, answer, code);
        assert_eq!(answer.status, 303, "{}: {code}: {answer:?}", self.about);
        let location = answer.location().to_owned();
        assert_error_address(&location, code);
        assert_readable(browser, &location, code).await;
    }

    /// As [`assert_failed`](Self::assert_failed), where the sign-in of this browser is over with that.
    pub(crate) async fn assert_over(
        &self,
        world: &World,
        browser: &mut Browser,
        answer: &Answer,
        code: &str,
    ) {
        self.assert_failed(world, browser, answer, code).await;
        assert_eq!(browser.sign_ins_under_way(), [""; 0], "{}: {code}: {answer:?}", self.about);
    }

    /// The browser did not even leave.
    pub(crate) async fn assert_not_begun(
        &self,
        world: &World,
        browser: &mut Browser,
        answer: &Answer,
        code: &str,
    ) {
        self.assert_nothing_happened(world, browser, answer, code);
        assert_eq!(browser.sign_ins_under_way(), [""; 0], "{}: {code}: {answer:?}", self.about);
        let url = answer.url();
        assert_error_address(&url, code);
        assert!(url.contains("error=OAuthSignin"), "{url}");
        assert_readable(browser, &url, code).await;
    }

    fn assert_nothing_happened(&self, world: &World, browser: &Browser, answer: &Answer, code: &str) {
        assert!(!answer.sets_session_cookie(), "{}: {code}: {answer:?}", self.about);
        assert_eq!(browser.session_cookie(), self.cookie, "{}: {code}: {answer:?}", self.about);
        assert_eq!(world.store.calls(Operation::Create), self.sessions, "{}: {code}: {answer:?}", self.about);
        self.assert_one_line(world, code);
    }

    /// The operator reads exactly one line, and the code is in it.
    pub(crate) fn assert_one_line(&self, world: &World, code: &str) {
        let lines = world.log.loud_since(self.log);
        assert!(
            lines.len() == 1 && lines[0].contains(code),
            "{}: one line with {code}: {lines:#?}",
            self.about
        );
    }
}

/// At our own error endpoint, with nothing in it that a stranger chose.
fn assert_error_address(url: &str, code: &str) {
    let (page, query) = url.split_once('?').unwrap_or((url, ""));
    assert_eq!(page, format!("{ORIGIN}/api/auth/error"), "{url}");
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"=&_".contains(&byte);
    assert!(query.bytes().all(harmless), "{url}");
    assert!(query.split('&').any(|pair| pair == format!("code={code}")), "{code}: {url}");
}

/// The person gets to a page that says in words what the code means.
async fn assert_readable(browser: &mut Browser, url: &str, code: &str) {
    let html = browser.arrive(url.strip_prefix(ORIGIN).unwrap_or(url)).await.text();
    let text = html.replace("&#39;", "'").replace("&#x27;", "'");
    let meaning = ErrorCode::ALL.iter().find(|known| known.as_str() == code).expect("a known code");
    assert!(text.contains(meaning.message()), "{code}: {html}");
    assert!(!html.contains("<script") && !html.contains("onerror"), "{html}");
}
