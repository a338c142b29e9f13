//! A package as its files say it: `package.json`, what is in `.env` files by name, and the sources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A file that was read.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// Below the package's folder, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// What `package.json` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manifest {
    /// What a program needs when it runs.
    pub(crate) dependencies: BTreeMap<String, String>,
    /// What only its developers need.
    pub(crate) development: BTreeMap<String, String>,
    pub(crate) scripts: BTreeMap<String, String>,
}

impl Manifest {
    /// A file that is no JSON says nothing.
    pub(crate) fn read(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        Self {
            dependencies: texts(&value, "dependencies"),
            development: texts(&value, "devDependencies"),
            scripts: texts(&value, "scripts"),
        }
    }

    /// What is written as version of a package. `npm:express@^4` under another name is that package as well.
    pub(crate) fn version_of(&self, name: &str) -> Option<&str> {
        let by_name = self.dependencies.get(name).or_else(|| self.development.get(name));
        by_name.map(String::as_str).or_else(|| self.aliased(name))
    }

    fn aliased(&self, name: &str) -> Option<&str> {
        let alias = |version: &'_ String| {
            version
                .strip_prefix("npm:")
                .and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with('@'))
        };
        let version = self.dependencies.values().find(|version| alias(version))?;
        version.rsplit('@').next()
    }

    pub(crate) fn uses(&self, name: &str) -> bool {
        self.version_of(name).is_some()
    }

    pub(crate) fn script(&self, name: &str) -> Option<&str> {
        self.scripts.get(name).map(String::as_str)
    }
}

fn texts(value: &Value, key: &str) -> BTreeMap<String, String> {
    let members = value.get(key).and_then(Value::as_object).into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// A package with its files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    /// Its folder as it is shown, seen from where `init` stands: `.`, `api`, `../web`.
    pub(crate) shown: String,
    pub(crate) manifest: Manifest,
    pub(crate) files: Vec<SourceFile>,
    /// Whether something was left out, because there was too much of it.
    pub(crate) is_cut: bool,
}

impl Package {
    /// A file of it, as it is shown.
    pub(crate) fn show(&self, path: &str) -> String {
        if self.shown == "." { path.to_owned() } else { format!("{}/{path}", self.shown) }
    }

    /// The files of these endings, sources of programs in general.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter().filter(|file| is_source(&file.path))
    }

    /// The names of what `.env` files set. The values are secrets and go no further.
    pub(crate) fn environment_names(&self) -> BTreeSet<&str> {
        self.environment_files().flat_map(|file| assignments(&file.text)).map(|(name, _)| name).collect()
    }

    /// The file that sets a variable.
    pub(crate) fn environment_file_of(&self, wanted: &str) -> Option<&str> {
        let sets = |file: &&SourceFile| assignments(&file.text).any(|(name, _)| name == wanted);
        self.environment_files().find(sets).map(|file| file.path.as_str())
    }

    /// The value of a variable that is no secret, and where it stands.
    pub(crate) fn environment_number(&self, wanted: &str) -> Option<(u16, &str, usize)> {
        self.environment_files().find_map(|file| {
            let mut lines = file.text.lines().enumerate();
            lines.find_map(|(index, line)| {
                let (name, value) = assignment(line)?;
                let port = (name == wanted).then(|| value.trim_matches(['"', '\'']).parse().ok())??;
                Some((port, file.path.as_str(), index + 1))
            })
        })
    }

    /// Examples come last: what stands in them counts only where nothing else does.
    fn environment_files(&self) -> impl Iterator<Item = &SourceFile> {
        let mut files: Vec<_> = self.files.iter().filter(|file| is_environment(&file.path)).collect();
        files.sort_by_key(|file| (is_example(&file.path), &file.path));
        files.into_iter()
    }

    /// The example among the `.env` files, where there is nothing but examples.
    pub(crate) fn lone_environment_example(&self) -> Option<&str> {
        let first = self.environment_files().next().map(|file| file.path.as_str());
        first.filter(|path| is_example(path))
    }
}

/// `.env`, `.env.local`, `.env.example` and the like.
pub(crate) fn is_environment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    !path.contains('/') && (name == ".env" || name.starts_with(".env."))
}

/// A `.env` file that is there to be copied.
fn is_example(path: &str) -> bool {
    ["example", "sample", "template"].iter().any(|word| path.contains(word))
}

/// JavaScript and TypeScript that is neither a test nor a declaration.
pub(crate) fn is_source(path: &str) -> bool {
    const ENDINGS: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_script = name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending));
    is_script && ![".test.", ".spec.", ".d.", ".min.", ".stories."].iter().any(|part| name.contains(part))
}

/// Exact versions, as a lock file of npm, pnpm or Yarn has them.
pub(crate) struct LockedVersion<'t> {
    pub(crate) lock: &'t str,
}

impl LockedVersion<'_> {
    pub(crate) fn of(&self, name: &str) -> Option<String> {
        let npm = || self.behind(&format!("node_modules/{name}\": {{"), "\"version\": \"");
        let yarn = || self.behind(&format!("{name}@"), "version \"");
        let pnpm = || self.version_at(self.lock.split_once(&format!("{name}@"))?.1);
        npm().or_else(pnpm).or_else(yarn)
    }

    fn behind(&self, key: &str, mark: &str) -> Option<String> {
        let (_, entry) = self.lock.split_once(key)?;
        self.version_at(entry.split_once(mark)?.1)
    }

    fn version_at(&self, text: &str) -> Option<String> {
        let is_version = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-');
        let version: String = text.chars().take_while(|char| is_version(*char)).collect();
        (version.starts_with(|first: char| first.is_ascii_digit()) && version.contains('.'))
            .then_some(version)
    }
}

fn assignments(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(assignment)
}

fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().strip_prefix("export ").unwrap_or(line.trim());
    let (name, value) = line.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    is_name.then_some((name, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_under_their_own_name_and_behind_an_alias() {
        let text = r#"{ "dependencies": { "express4": "npm:express@^4.22.3", "next": "16.4.5" }, "devDependencies": { "jose": "6" } }"#;
        let manifest = Manifest::read(text);
        assert_eq!(manifest.version_of("express"), Some("^4.22.3"));
        assert_eq!(manifest.version_of("next"), Some("16.4.5"));
        assert_eq!(manifest.version_of("jose"), Some("6"));
        assert_eq!(manifest.version_of("next-auth"), None);
        assert!(!Manifest::read("no json").uses("next"));
    }

    #[test]
    fn of_environment_files_the_names_are_known_and_a_port() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let files = vec![
            file(".env.example", "PORT=4000\nNEXTAUTH_SECRET=change-me\n"),
            file(".env.local", "# PORT=1\nexport PORT=\"4100\"\nAUTH_SECRET=hush\nbroken line\n"),
            file("src/.env", "NOT_HERE=1"),
        ];
        let package = Package { files, ..Package::default() };
        let names: Vec<_> = package.environment_names().into_iter().collect();
        assert_eq!(names, ["AUTH_SECRET", "NEXTAUTH_SECRET", "PORT"]);
        assert_eq!(package.environment_number("PORT"), Some((4100, ".env.local", 2)));
    }

    #[test]
    fn an_example_is_to_be_copied_only_where_nothing_else_is_there() {
        for (paths, expected) in [
            (vec![".env.example"], Some(".env.example")),
            (vec![".env.template"], Some(".env.template")),
            (vec![".env", ".env.example"], None),
            (vec![".env.local", ".env.sample"], None),
            (vec!["server.js"], None),
        ] {
            let file = |path: &&str| SourceFile { path: (*path).into(), text: String::new() };
            let package = Package { files: paths.iter().map(file).collect(), ..Package::default() };
            assert_eq!(package.lone_environment_example(), expected, "{paths:?}");
        }
    }

    #[test]
    fn lock_files_of_all_three_are_read() {
        for (lock, expected) in [
            ("\"node_modules/next-auth\": {\n  \"version\": \"4.24.15\",", Some("4.24.15")),
            ("  next-auth@5.0.0-beta.30:\n    resolution: {}", Some("5.0.0-beta.30")),
            ("next-auth@^4.24.0:\n  version \"4.24.13\"", Some("4.24.13")),
            ("\"node_modules/next\": {\n  \"version\": \"16.0.0\",", None),
        ] {
            assert_eq!(LockedVersion { lock }.of("next-auth").as_deref(), expected, "{lock}");
        }
    }

    #[test]
    fn tests_and_declarations_are_no_sources() {
        for (path, expected) in [
            ("src/app.ts", true),
            ("pages/api/auth/[...nextauth].js", true),
            ("app.test.ts", false),
            ("next-env.d.ts", false),
            ("README.md", false),
            ("Makefile", false),
        ] {
            assert_eq!(is_source(path), expected, "{path}");
        }
    }
}
