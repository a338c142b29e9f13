//! `crossgate check`.

use std::sync::Arc;

use crossgate_core::settings::Settings;
use crossgate_gateway::{Finding, FindingKind, check_live};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::arguments::CheckArguments;
use crate::serve::CertificateFiles;
use crate::system::{SystemClock, SystemEntropy};
use crate::{Failure, configuration};

/// Reports every problem at once; says so when there is none.
pub(crate) fn run(arguments: &CheckArguments) -> Result<(), Failure> {
    let path = &arguments.config.config;
    let loaded = configuration::read(path)?;
    for warning in &loaded.warnings {
        println!("{warning}");
    }
    if let Some(files) = CertificateFiles::open(&loaded.settings.listen)? {
        files.doubt(&loaded.settings).iter().for_each(|doubt| println!("warning: {doubt}"));
    }
    println!("{}: good", path.display());
    print_addresses(&loaded.settings);
    if arguments.live { run_live(&loaded.settings) } else { Ok(()) }
}

fn print_addresses(settings: &Settings) {
    println!("  public address   {}", settings.public_origin.as_str());
    println!("  app              http://{}:{}", settings.app.upstream.host, settings.app.upstream.port);
    for api in &settings.apis {
        println!("  api {:<12} http://{}:{}", api.path, api.upstream.host, api.upstream.port);
    }
    for provider in &settings.providers {
        println!("  provider {:<7} {}", provider.id.as_str(), provider.issuer().as_str());
    }
}

fn run_live(settings: &Settings) -> Result<(), Failure> {
    println!("\nAsking everybody:");
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot ask: {error}"));
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    let mut broken = 0_usize;
    let mut tell = |finding: Finding| {
        broken += usize::from(matches!(finding.kind, FindingKind::Broken { .. }));
        print(&finding);
    };
    let checking = check_live(settings, &SystemClock, Arc::new(SystemEntropy), &mut tell);
    LocalSet::new().block_on(&runtime, checking).map_err(|error| failed(&error))?;
    match broken {
        0 => Ok(()),
        1 => Err(Failure::new("1 thing does not work")),
        many => Err(Failure::new(format!("{many} things do not work"))),
    }
}

fn print(finding: &Finding) {
    let (sign, fix) = match &finding.kind {
        FindingKind::Good => ("good", None),
        FindingKind::Doubtful { fix } => ("look", Some(fix)),
        FindingKind::Broken { fix } => ("BAD ", Some(fix)),
    };
    println!("  {sign}  {:<18} {}", finding.about, finding.text);
    if let Some(fix) = fix {
        println!("        {:<18} fix: {fix}", "");
    }
}
