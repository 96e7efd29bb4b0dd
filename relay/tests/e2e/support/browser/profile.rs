//! The profile of one Firefox: a folder that is removed with it.

use std::fs;
use std::path::PathBuf;

use uuid::Uuid;

/// A folder outside the logs: a browser's cache is no log, and the search of the logs leaves it out.
pub(super) struct Profile {
    folder: PathBuf,
}

impl Profile {
    /// A new profile whose windows look as `style` says.
    pub(super) fn new(style: &str) -> Self {
        // No process id: containers may share the folder for temporary files, and their ids are the same.
        let name = format!("ais-link-firefox-{}", Uuid::new_v4().simple());
        let profile = Self { folder: std::env::temp_dir().join(name) };
        let chrome = profile.folder.join("chrome");
        fs::create_dir_all(&chrome).expect("the folder for temporary files can be written");
        fs::write(chrome.join("userChrome.css"), style).expect("a style can be written");
        profile
    }

    /// Its path.
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
