//! The files that `next build` writes, as text: 14, 15 and 16 have all of those that are asked for here.

use std::path::{Path, PathBuf};

use crate::Failure;

/// What the files say.
#[derive(Debug, Default, Clone)]
pub(super) struct Manifests {
    /// `routes-manifest.json`: base path, locales, rewrites.
    pub(super) routes: String,
    /// `app-path-routes-manifest.json`, where there is an App Router.
    pub(super) app_paths: Option<String>,
    /// `server/pages-manifest.json`, where there is a Pages Router.
    pub(super) pages: Option<String>,
    /// `server/server-reference-manifest.json`: Server Actions.
    pub(super) actions: Option<String>,
    /// `server/middleware-manifest.json`: a middleware at the edge.
    pub(super) middleware: Option<String>,
    /// `server/functions-config-manifest.json`: a middleware with the runtime of Node.js.
    pub(super) functions: Option<String>,
    /// Paths of the files in `public/`, with a slash in front.
    pub(super) public_files: Vec<String>,
}

/// Reads the files of a folder.
pub(super) fn read(folder: &Path) -> Result<Manifests, Failure> {
    // `next dev` writes some of the others, for the pages that have been looked at so far.
    require(folder, "BUILD_ID")?;
    Ok(Manifests {
        routes: require(folder, "routes-manifest.json")?,
        app_paths: read_one(folder, "app-path-routes-manifest.json")?,
        pages: read_one(folder, "server/pages-manifest.json")?,
        actions: read_one(folder, "server/server-reference-manifest.json")?,
        middleware: read_one(folder, "server/middleware-manifest.json")?,
        functions: read_one(folder, "server/functions-config-manifest.json")?,
        public_files: public_files(folder)?,
    })
}

fn require(folder: &Path, name: &str) -> Result<String, Failure> {
    read_one(folder, name)?.ok_or_else(|| {
        Failure::new(format!(
            "there is no {name} in {}\n  fix: run `next build` first, and name the folder that it writes with --from DIR",
            folder.display()
        ))
    })
}

fn read_one(folder: &Path, name: &str) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("cannot read {}: {error}", folder.join(name).display()))),
    }
}

/// The files beside the build: no manifest lists them.
fn public_files(folder: &Path) -> Result<Vec<String>, Failure> {
    let Some(app) = app_folder(folder)? else { return Ok(Vec::new()) };
    let public = app.join("public");
    let mut found = Vec::new();
    if public.is_dir() {
        collect(&public, "", &mut found)
            .map_err(|error| Failure::new(format!("cannot read {}: {error}", public.display())))?;
    }
    found.sort();
    Ok(found)
}

/// `distDir` may be several folders deep; what it says stands in `required-server-files.json`.
fn app_folder(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let Some(text) = read_one(folder, "required-server-files.json")? else { return Ok(None) };
    let told = serde_json::from_str::<serde_json::Value>(&text).ok();
    let folder = std::path::absolute(folder).ok();
    let name = told.as_ref().and_then(|told| told.pointer("/config/distDir")?.as_str());
    Ok(folder.zip(name).and_then(|(folder, name)| {
        let name = Path::new(name.trim_start_matches("./"));
        folder
            .ends_with(name)
            .then(|| folder.ancestors().nth(name.components().count()).map(Path::to_owned))?
    }))
}

fn collect(folder: &Path, path: &str, found: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        // A link to a folder above would have no end.
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
