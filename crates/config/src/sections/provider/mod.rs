//! `[sign_in.<id>]`: a provider

mod authorization;
mod client;
mod misplaced;
mod profile;
mod protocol;

use crossgate_core::provider::{
    AuthorizationSettings, ProfileReading, ProviderId, ProviderIdError, ProviderSettings, ResponseMode,
};
use crossgate_core::secret::SecretText;

use super::fields::label_of;
use crate::presets::{self, Preset, PresetProtocol};
use crate::reader::{Entry, Table};
use crate::report::{Complaint, Place};
use crate::suggest::{nearest, quoted_list};
use crate::values::{choice, host};

/// What a `[sign_in.<id>]` says.
pub(crate) struct ProviderDraft<'r> {
    /// The section.
    pub(crate) place: Place<'r>,
    pub(crate) response_mode: ResponseMode,
    pub(crate) response_mode_place: Place<'r>,
    /// For comparison with our own secret.
    pub(crate) client_secret: Option<(Place<'r>, SecretText)>,
    /// `None` when something necessary is missing or wrong.
    pub(crate) settings: Option<ProviderSettings>,
}

/// Where the data of a provider come from.
#[derive(Clone, Copy)]
enum Kind {
    Preset(&'static Preset),
    OpenId,
    OAuth2,
}

impl Kind {
    const fn preset(self) -> Option<&'static Preset> {
        match self {
            Self::Preset(preset) => Some(preset),
            Self::OpenId | Self::OAuth2 => None,
        }
    }

    const fn speaks_openid(self) -> bool {
        match self {
            Self::Preset(preset) => matches!(preset.protocol, PresetProtocol::OpenId { .. }),
            Self::OpenId => true,
            Self::OAuth2 => false,
        }
    }
}

/// Reads a provider. `None` when it cannot be told what it is.
pub(super) fn read_provider<'r>(id: &'r str, entry: &Entry<'r>) -> Option<ProviderDraft<'r>> {
    entry.accept(entry.table(|table| {
        let provider_id = read_id(id, table);
        let kind = read_kind(id, table);
        if kind.is_none() {
            table.leave_the_rest();
        }
        kind.map(|kind| read_draft(id, provider_id, kind, table))
    }))?
}

fn read_id(id: &str, table: &Table<'_>) -> Option<ProviderId> {
    let complaint = |error: ProviderIdError| {
        let fix = match nearest(id, presets::ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write a name such as \"my-company\"; it becomes a part of addresses".to_owned(),
        };
        table.place.complain(Complaint::new(error.to_string(), fix));
    };
    ProviderId::parse(id).map_err(complaint).ok()
}

/// What is written counts, and then the section's name.
fn read_kind(id: &str, table: &Table<'_>) -> Option<Kind> {
    let words = [("oidc", Kind::OpenId), ("oauth2", Kind::OAuth2)];
    let written = table.read("type", choice(&words));
    let preset = table.read("preset", preset).map(Kind::Preset);
    if table.has("type") && table.has("preset") {
        let reason = "a provider has a `type` or a `preset`, not both";
        table.place_of("preset").complain(Complaint::new(reason, "remove one of the two"));
        return None;
    }
    if table.has("type") || table.has("preset") {
        return written.or(preset);
    }
    let found = presets::find(id).map(Kind::Preset);
    // A name that is wrong anyway has its own complaint.
    if found.is_none() && ProviderId::parse(id).is_ok() {
        table.place.complain(neither_preset_nor_type(id));
    }
    found
}

fn preset(entry: &Entry<'_>) -> Result<&'static Preset, Complaint> {
    let presets: Vec<_> = presets::all().map(|preset| (preset.id, preset)).collect();
    choice(&presets)(entry)
}

fn neither_preset_nor_type(id: &str) -> Complaint {
    let ids = presets::ids();
    let reason = "is not the name of a preset, and there is no `type`";
    let own = "for a provider of your own, add type = \"oidc\" (or \"oauth2\")";
    match nearest(id, ["credentials", "account"].into_iter().chain(ids.iter().copied())) {
        Some(near) => Complaint::new(reason, format!("did you mean `{near}`? Otherwise: {own}")),
        None => Complaint::new(reason, format!("{own}. Presets: {}", quoted_list(&ids))),
    }
}

fn read_draft<'r>(
    id: &str,
    provider_id: Option<ProviderId>,
    kind: Kind,
    table: &Table<'r>,
) -> ProviderDraft<'r> {
    let name = table.read("name", |entry| entry.text().map(str::to_owned));
    let protocol = protocol::read_protocol(table, kind);
    let client = client::read_client(table, kind.preset());
    let rest = read_rest(table, kind);
    table.refuse(|name| misplaced::complaint_about(name, kind));
    let known = provider_id.zip(protocol).zip(client.settings);
    ProviderDraft {
        place: table.place.clone(),
        response_mode: rest.authorization.response_mode,
        response_mode_place: table.place_of("response_mode"),
        client_secret: client.secret,
        settings: known.map(|((provider_id, protocol), client)| ProviderSettings {
            id: provider_id,
            name: name.unwrap_or_else(|| usual_name(id, kind)),
            protocol,
            client,
            authorization: rest.authorization,
            hosts: rest.hosts,
            profile: rest.profile,
            sign_out_there: rest.sign_out_there,
            token_targets: Vec::new(),
        }),
    }
}

/// What has a default, whatever is written.
struct Rest {
    authorization: AuthorizationSettings,
    hosts: Vec<String>,
    profile: ProfileReading,
    sign_out_there: bool,
}

fn read_rest(table: &Table<'_>, kind: Kind) -> Rest {
    Rest {
        authorization: authorization::read_authorization(table, kind),
        hosts: read_hosts(table, kind.preset()),
        profile: profile::read_profile(table, kind),
        sign_out_there: read_sign_out_there(table, kind),
    }
}

/// Two providers with one preset have names of their own.
fn usual_name(id: &str, kind: Kind) -> String {
    match kind.preset() {
        Some(preset) if preset.id == id => preset.name.to_owned(),
        _ => label_of(id),
    }
}

fn read_hosts(table: &Table<'_>, preset: Option<&'static Preset>) -> Vec<String> {
    if let Some(example) = preset.and_then(|preset| preset.host_of_operator)
        && !table.has("hosts")
    {
        let fix = format!("add hosts = [\"{example}\"], where its endpoints are");
        table.place_of("hosts").complain(Complaint::new("is required for this preset", fix));
    }
    let known = preset.map(|preset| preset.hosts).unwrap_or_default();
    let mut hosts: Vec<String> = known.iter().map(|host| (*host).to_owned()).collect();
    for host in table.list("hosts", host) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// RP-initiated logout is a part of OpenID Connect.
fn read_sign_out_there(table: &Table<'_>, kind: Kind) -> bool {
    let default = kind.preset().is_some_and(|preset| preset.sign_out_there);
    if kind.speaks_openid() { table.read_or("sign_out_there", default, Entry::boolean) } else { default }
}
