//! Signing in with a provider, as a person does: away, and back again.

use crate::answer::Answer;
use crate::browser::Browser;
use crate::provider::FormPost;
use crate::world::World;

impl Browser {
    /// Begins as next-auth's `signIn(provider, { callbackUrl })` does; gives the address at the provider.
    pub async fn begin_sign_in(&mut self, provider: &str, callback_url: &str) -> String {
        let answer = self.try_begin_sign_in(provider, callback_url).await.expect_status(200);
        answer.json()["url"].as_str().expect("an address").to_owned()
    }

    /// As [`begin_sign_in`](Self::begin_sign_in), where it may be refused. `provider` may have a query: that is what
    /// the third argument of `signIn()` becomes.
    pub async fn try_begin_sign_in(&mut self, provider: &str, callback_url: &str) -> Answer {
        self.post_for_url(&format!("/api/auth/signin/{provider}"), callback_url).await
    }

    /// Begins to link an account at a provider; gives the answer.
    pub async fn begin_link(&mut self, provider: &str, callback_url: &str) -> Answer {
        self.post_for_url(&format!("/api/auth/link/{provider}"), callback_url).await
    }

    async fn post_for_url(&mut self, target: &str, callback_url: &str) -> Answer {
        let token = self.csrf_token().await;
        let fields = [("callbackUrl", callback_url), ("csrfToken", &token), ("json", "true")];
        self.fetch("POST", target).form(&fields).send().await
    }

    /// A provider sends the browser back here.
    pub async fn come_back(&mut self, target: &str) -> Answer {
        self.navigation(target).sent_by_another_site("").send().await
    }

    /// A page of a provider sends a form here.
    pub async fn come_back_in_form(&mut self, form: &FormPost) -> Answer {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let fetch =
            self.navigation(&form.target).method("POST").sent_by_another_site("https://provider.example");
        fetch.form(&fields).send().await
    }

    /// The whole trip: away to the provider, where this person agrees, and back.
    pub async fn sign_in_at_provider(&mut self, world: &World, provider: &str, login: &str) -> Answer {
        let url = self.begin_sign_in(provider, "/dashboard").await;
        self.come_back(&world.authorize(&url).approve(login)).await
    }

    /// The names of the cookies that remember sign-ins under way.
    #[must_use]
    pub fn sign_ins_under_way(&self) -> Vec<String> {
        let prefixes = ["__Host-Http-crossgate-signin-", "crossgate-signin-"];
        let is_one = |name: &String| prefixes.iter().any(|prefix| name.starts_with(prefix));
        self.cookie_names().into_iter().filter(is_one).collect()
    }
}
