//! Signing in with a provider, as a person does: away, and back again.

use crate::answer::Answer;
use crate::browser::{Browser, hidden_fields};
use crate::provider::FormPost;
use crate::world::World;

impl Browser {
    /// Begins as next-auth's `signIn(provider, { callbackUrl })` does; gives the address at the provider.
    pub async fn begin_sign_in(&mut self, provider: &str, callback_url: &str) -> String {
        self.try_begin_sign_in(provider, callback_url).await.expect_status(200).url()
    }

    /// As [`begin_sign_in`](Self::begin_sign_in), where it may be refused. `provider` may have a query: that is what
    /// the third argument of `signIn()` becomes.
    pub async fn try_begin_sign_in(&mut self, provider: &str, callback_url: &str) -> Answer {
        self.post_for_url(&format!("/api/auth/signin/{provider}"), callback_url).await
    }

    /// Presses a provider's button on the built-in page that is shown at this address; gives the address at the
    /// provider.
    ///
    /// # Panics
    /// When there is no such button, or it does not lead to a provider.
    pub async fn choose_provider(&mut self, page: &str, provider: &str) -> String {
        let html = self.arrive(page).await.text();
        let action = format!("/api/auth/signin/{provider}");
        let form = html.split("<form").find(|form| form.contains(&format!("action=\"{action}\"")));
        let form = form.and_then(|form| form.split("</form>").next());
        let fields = hidden_fields(form.unwrap_or_else(|| panic!("no button for {provider}: {html}")));
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = self.submit(&action, &fields).await;
        let refresh = answer.header("refresh").and_then(|line| line.split_once("url="));
        match refresh {
            Some((_, url)) => url.to_owned(),
            None => answer.location().to_owned(),
        }
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
