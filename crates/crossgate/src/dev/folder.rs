//! `.crossgate` beside the configuration: what development leaves behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crossgate_core::entropy::{Entropy, random_bytes};
use crossgate_core::secret::SecretText;

use crate::Failure;

const NAME: &str = ".crossgate";
const SECRET_FILE: &str = "dev-secret";
/// For whoever commits everything.
const IGNORE_FILE: &str = ".gitignore";

/// The folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes it where it is not there yet.
    pub(super) fn open(directory: &Path) -> Result<Self, Failure> {
        let folder = Self(directory.join(NAME));
        folder.prepare().map_err(|error| folder.failure(&error))?;
        Ok(folder)
    }

    fn prepare(&self) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let ignore = self.0.join(IGNORE_FILE);
        if ignore.exists() { Ok(()) } else { fs::write(ignore, "*\n") }
    }

    /// The secret of this folder. It is made once, so that sessions survive a restart.
    pub(super) fn secret(&self, entropy: &dyn Entropy) -> Result<SecretText, Failure> {
        let path = self.0.join(SECRET_FILE);
        let secret = match create_for_owner(&path) {
            Ok(file) => make_secret(file, entropy),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read_secret(&path),
            Err(error) => Err(error),
        };
        secret.map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::new(format!(
            "cannot keep what development needs in {}: {error}\n  fix: make that folder writable, or remove it",
            self.0.display()
        ))
    }
}

fn make_secret(mut file: File, entropy: &dyn Entropy) -> io::Result<SecretText> {
    let bytes = random_bytes::<32>(entropy).map_err(io::Error::other)?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(SecretText::new(text))
}

fn read_secret(path: &Path) -> io::Result<SecretText> {
    keep_for_owner(path)?;
    let text = SecretText::new(fs::read_to_string(path)?.trim());
    if text.is_empty() { Err(io::Error::other("the secret in it is empty")) } else { Ok(text) }
}

fn create_for_owner(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whoever copied the file may have opened it to others.
#[cfg(unix)]
fn keep_for_owner(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn keep_for_owner(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemEntropy;

    #[test]
    fn the_secret_stays_and_only_its_owner_reads_it() {
        let directory = tempfile::tempdir().unwrap();
        let secret = || Folder::open(directory.path()).unwrap().secret(&SystemEntropy).unwrap();
        let first = secret();
        assert_eq!(first.expose_secret().len(), 64);
        assert!(first == secret());
        let folder = directory.path().join(".crossgate");
        assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let path = folder.join("dev-secret");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let _ = secret();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_said() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(".crossgate"), "a file").unwrap();
        let failure = Folder::open(directory.path()).err().unwrap().to_string();
        assert!(failure.contains(".crossgate") && failure.contains("fix: "), "{failure}");
    }
}
