//! The whole life of `crossgate dev`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossgate_core::settings::Settings;
use tokio::task::LocalSet;

use super::arguments::DevArguments;
use super::commands::{Commands, Ended, Listener, Planned, plan};
use super::console::{Console, Voice};
use super::ground::{Ground, prepare};
use super::local_address::local_port;
use super::provider::{People, Place, Provider, ProviderParts};
use super::ready::{address, answers, upstreams, wait_for_all};
use crate::serve::{Server, StopSignals, listen_for_signals, start_runtime};
use crate::store::open_store;
use crate::{Failure, telemetry};

/// Runs everything until somebody asks to stop, or one of the commands ends.
pub(crate) fn run(arguments: &DevArguments) -> ExitCode {
    develop(arguments).unwrap_or_else(|failure| {
        eprintln!("{failure}");
        ExitCode::FAILURE
    })
}

fn develop(arguments: &DevArguments) -> Result<ExitCode, Failure> {
    let people = People::read(arguments.people.as_deref())?;
    let Ground { settings, notes, provider: place } = prepare(arguments)?;
    refuse_taken(&settings)?;
    let commands = plan(arguments);
    let console = Console::new(commands.iter().map(|command| command.name.as_str()));
    let voice = console.own_voice();
    telemetry::start_for_development(voice.clone(), console.is_coloured());
    notes.iter().for_each(|note| voice.say(note));
    let store = open_store(&settings.store)?;
    let runtime = start_runtime()?;
    let signals = listen_for_signals(&runtime)?;
    let server = Server::start(&runtime, &settings, Arc::clone(&store))?;
    let parts = ProviderParts { settings: settings.clone(), store, gateway: Arc::clone(server.gateway()) };
    let provider = place.map(|place| start_provider(place, people, parts)).transpose()?;
    let stage = Stage { settings, console, voice, commands, provider };
    LocalSet::new().block_on(&runtime, stage.play(server, signals))
}

/// Two processes can share the gateway's port; here that is a mistake.
fn refuse_taken(settings: &Settings) -> Result<(), Failure> {
    let address = settings.listen.address;
    TcpListener::bind(address).map(drop).map_err(|error| {
        Failure::new(format!(
            "cannot listen on {address}: {error}\n  fix: stop what listens there, or choose another --port"
        ))
    })
}

fn start_provider(
    place: Place,
    people: People,
    parts: ProviderParts,
) -> Result<(Rc<Provider>, TcpListener), Failure> {
    let (listener, provider) = Provider::new(place, people, parts)?;
    Ok((Rc::new(provider), listener))
}

/// Everything that is there before anything runs.
struct Stage {
    settings: Settings,
    console: Console,
    voice: Voice,
    commands: Vec<Planned>,
    provider: Option<(Rc<Provider>, TcpListener)>,
}

impl Stage {
    async fn play(mut self, mut server: Server, mut signals: StopSignals) -> Result<ExitCode, Failure> {
        server.attend();
        let test_people = self.provider.take().map(|(provider, listener)| {
            let address = format!("{}/", provider.issuer());
            tokio::task::spawn_local(super::provider::serve(provider, listener, server.shutdown()));
            address
        });
        self.tell_of_strangers().await;
        let mut commands = Commands::new();
        let started = self.start_all(&mut commands);
        let ended = match started {
            Ok(()) => tokio::select! {
                () = signals.stop_requested() => None,
                ended = commands.next_end() => Some(ended),
                () = self.announce(test_people) => None,
            },
            Err(failure) => {
                commands.stop().await;
                return Err(failure);
            }
        };
        let code = self.tell_of_end(ended.as_ref());
        tokio::select! {
            _ = async { tokio::join!(commands.stop(), server.stop()) } => {}
            // Somebody who asks twice does not want to wait. What runs ends with us.
            () = signals.stop_requested() => std::process::exit(1),
        }
        Ok(code)
    }

    fn start_all(&self, commands: &mut Commands) -> Result<(), Failure> {
        let variables = variables(&self.settings, &self.console);
        for (position, planned) in self.commands.iter().enumerate() {
            let voice = self.console.voice(&planned.name, position);
            let listener = planned.is_app.then(|| port_listener(&self.settings, &self.voice));
            commands.start(planned, &variables, &voice, listener)?;
        }
        Ok(())
    }

    /// An app that is still there from before answers in place of the one that is started now.
    async fn tell_of_strangers(&self) {
        if !self.commands.iter().any(|planned| planned.is_app) {
            return;
        }
        let app = &self.settings.app.upstream;
        if answers(app).await {
            self.voice.say(&format!(
                "something answers at {} already: if it is an app from before, stop it",
                address(app)
            ));
        }
    }

    /// Says where to go as soon as everybody answers, and stays.
    async fn announce(&self, test_people: Option<String>) {
        wait_for_all(&self.settings, &self.voice).await;
        if let Some(page) = test_people {
            self.voice.say(&format!("Test people, and who is signed in: {page}"));
        }
        let Settings { public_origin, app, credentials, providers, .. } = &self.settings;
        let origin = public_origin.as_str();
        if credentials.is_some() || !providers.is_empty() {
            // It leads to the app's own sign-in page where there is one.
            self.voice.say(&format!("Sign in: {origin}{}/signin", app.next_auth.base_path));
        }
        self.voice.say(&format!("Open {origin}"));
        std::future::pending().await
    }

    fn tell_of_end(&self, ended: Option<&Ended>) -> ExitCode {
        let Some(Ended { name, status }) = ended else { return ExitCode::SUCCESS };
        self.voice.say(&format!("{name} has ended with status {status}, and so everything ends"));
        ExitCode::from(*status)
    }
}

/// What commands learn, unless they know it already.
fn variables(settings: &Settings, console: &Console) -> Vec<(String, String)> {
    let api = settings.apis.first().map(|api| ("CROSSGATE_API_URL", address(&api.upstream)));
    let own = ("CROSSGATE_URL", settings.public_origin.as_str().to_owned());
    // What is written into a pipe has colours only where somebody asks for them.
    let colours = console.is_coloured().then(|| ("FORCE_COLOR", "1".to_owned()));
    let all = [own].into_iter().chain(api).chain(colours);
    all.filter(|(name, _)| std::env::var_os(name).is_none())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Says how to go on where the app listens somewhere else, once.
fn port_listener(settings: &Settings, voice: &Voice) -> Listener {
    let known: Vec<u16> = upstreams(settings).into_iter().map(|(_, upstream)| upstream.port).collect();
    let (app, voice, said) = (address(&settings.app.upstream), voice.clone(), AtomicBool::new(false));
    Arc::new(move |line: &str| {
        let Some(port) = local_port(line).filter(|port| !known.contains(port)) else { return };
        if !said.swap(true, Ordering::Relaxed) {
            voice.say(&format!(
                "the app listens on port {port}, but [app] says {app}\n  \
                 fix: stop what has that port, or write url = \"http://localhost:{port}\" in [app]"
            ));
        }
    })
}
