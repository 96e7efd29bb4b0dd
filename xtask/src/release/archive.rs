//! Archives without times and owners, so that the same files make the same bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use fs_err as fs;
use tar::{Builder, Header};
use walkdir::WalkDir;

/// The content and the mode of each file, by its path in the archive.
pub(super) type Files = BTreeMap<PathBuf, (Vec<u8>, u32)>;

/// The files in `folder`, under `name`.
pub(super) fn of_folder(folder: &Path, name: &str) -> Result<Files> {
    let mut files = Files::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = Path::new(name).join(entry.path().strip_prefix(folder)?);
            files.insert(path, (fs::read(entry.path())?, 0o644));
        }
    }
    Ok(files)
}

/// Writes `NAME.tar.gz` into `folder`, with `files` in a folder of that name.
pub(super) fn write(folder: &Path, name: &str, files: &Files) -> Result<()> {
    let within = files.iter().map(|(path, file)| (Path::new(name).join(path), file.clone()));
    pack(&folder.join(format!("{name}.tar.gz")), &within.collect())
}

/// Writes the archive `path`.
pub(super) fn pack(path: &Path, files: &Files) -> Result<()> {
    let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (path, (bytes, mode)) in files {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(*mode);
        header.set_mtime(0);
        builder.append_data(&mut header, path, bytes.as_slice())?;
    }
    Ok(fs::write(path, builder.into_inner()?.finish()?)?)
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::{of_folder, write};
    use crate::folders::{empty, scratch};
    use crate::run::{self, read};

    #[test]
    fn the_same_files_make_the_same_archive_whenever_they_were_written() {
        let folder = scratch("archive-test");
        let mut made = Vec::new();
        for _ in 0..2 {
            empty(&folder.join("in/deep")).unwrap();
            fs::write(folder.join("in/deep/a"), "a").unwrap();
            fs::write(folder.join("in/b"), "b").unwrap();
            write(&folder, "all", &of_folder(&folder.join("in"), "part").unwrap()).unwrap();
            made.push(fs::read(folder.join("all.tar.gz")).unwrap());
        }
        assert_eq!(made[0], made[1]);
        let mut list = run::new("tar");
        let list = list.args(["--list", "--verbose", "--file"]).arg(folder.join("all.tar.gz"));
        let said = read(list).unwrap();
        assert!(said.contains("all/part/b") && said.contains("all/part/deep/a"), "{said}");
        assert!(said.contains("1970-01-01") && !said.contains("root"), "{said}");
    }
}
