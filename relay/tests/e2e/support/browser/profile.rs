//! The folder in which one Firefox keeps its things, removed with it.

use std::fs;
use std::path::PathBuf;

use uuid::Uuid;

/// A folder outside the logs: a browser's cache is no log, and not to be searched.
pub(super) struct Profile {
    folder: PathBuf,
}

impl Profile {
    /// A new profile whose windows look as `style` says.
    pub(super) fn new(style: &str) -> Self {
        // Not of the process's id: containers share the folder, and each counts anew.
        let name = format!("ais-link-firefox-{}", Uuid::new_v4().simple());
        let profile = Self { folder: std::env::temp_dir().join(name) };
        let chrome = profile.folder.join("chrome");
        fs::create_dir_all(&chrome).expect("the folder for temporary files can be written");
        fs::write(chrome.join("userChrome.css"), style).expect("a style can be written");
        profile
    }

    /// Where it is.
    pub(super) fn path(&self) -> &str {
        self.folder.to_str().expect("the folder for temporary files has a readable name")
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // What cannot be removed is in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
