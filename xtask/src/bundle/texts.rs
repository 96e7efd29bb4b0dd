//! The widget's texts: one file for each language. A program of the widget's crate writes them on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::cache;
use crate::error::Error;
use crate::progress::Progress;
use crate::setup;
use crate::workspace::Workspace;

/// The files' content by the tags of their languages.
pub(super) type Texts = BTreeMap<String, String>;

/// How the names of the files begin, before the language.
pub(crate) const PREFIX: &str = "texts-";

/// Runs the program that writes the texts.
pub(super) fn write(workspace: &Workspace, progress: &Progress) -> Result<Texts, Error> {
    let folder = workspace.scratch().join("texts");
    // A removed language leaves no file.
    cache::remove(&folder)?;
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    let run = setup::cargo(workspace)
        .args(["run", "--package", "ais-link", "--bin", "ais-link-texts", "--"])
        .arg(&folder);
    progress.run(
        "Writing the texts of all languages",
        "see the compiler's messages above.",
        run,
    )?;
    read(&folder)
}

/// The files of the folder by their stems.
fn read(folder: &Path) -> Result<Texts, Error> {
    let mut texts = Texts::new();
    for entry in fs::read_dir(folder).map_err(Error::file("read", folder))?.flatten() {
        let path = entry.path();
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        texts.insert(stem.unwrap_or_default(), text);
    }
    if texts.is_empty() {
        return Err(Error::missing("the widget's texts", "look at wasm/src/bin/texts.rs."));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::process;

    use super::read;

    #[test]
    fn each_file_is_a_language_and_none_is_an_error() {
        let folder = env::temp_dir().join(format!("xtask-texts-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        assert!(read(&folder).is_err());
        fs::write(folder.join("sv.txt"), "Å\nb").unwrap();
        fs::write(folder.join("da.txt"), "c").unwrap();
        let texts = read(&folder).unwrap();
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(lang, text)| (&**lang, &**text)).collect();
        assert_eq!(texts, [("da", "c"), ("sv", "Å\nb")]);
        fs::remove_dir_all(folder).unwrap();
    }
}
