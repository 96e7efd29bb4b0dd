//! The bundle within the binary, as a folder that a [`ServeDir`](tower_http::services::ServeDir) reads: so its files have the
//! headers, the compressed copies and the ranges of those on a disk. `build.rs` puts them there. It reads no disk.

use std::fmt::Write as _;
use std::future::{Ready, ready};
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

/// Files by their paths in the bundle, such as `ais-link.js` and `assets/ais-link-0a1b.wasm.br`. Two are equal where both
/// have the same files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Embedded(pub &'static [(&'static str, &'static [u8])]);

impl Embedded {
    /// What `build.rs` put into this binary; perhaps nothing.
    pub const OWN: Self = Self(include!(concat!(env!("OUT_DIR"), "/embedded.rs")));

    /// Whether there is no bundle.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// A short text for the whole bundle, the same wherever the same files are.
    pub fn hash(self) -> String {
        let mut hash = Sha256::new();
        for (name, bytes) in self.0 {
            hash.update(format!("{name}\n{}\n", bytes.len()));
            hash.update(bytes);
        }
        short(hash)
    }

    /// The entity tag of a file, or of its compressed copy with that ending.
    pub(crate) fn tag(self, path: &str, ending: &str) -> Option<String> {
        let name = [path.trim_start_matches('/'), ending].concat();
        let bytes = self.file(Path::new(&name)).ok()?;
        Some(format!("\"{}\"", short(Sha256::new_with_prefix(bytes))))
    }

    fn file(self, path: &Path) -> io::Result<&'static [u8]> {
        // A `ServeDir` writes a dot in front.
        let path = path.strip_prefix(".").unwrap_or(path);
        let found = self.0.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, bytes)| *bytes).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// What is at `path`: a file's size, or a folder.
    fn kind(self, path: &Path) -> io::Result<Kind> {
        let path = path.strip_prefix(".").unwrap_or(path);
        let is_folder = self.0.iter().any(|(name, _)| Path::new(name).starts_with(path));
        match self.file(path) {
            Ok(bytes) => Ok(Kind::File(bytes.len() as u64)),
            Err(_) if is_folder => Ok(Kind::Folder),
            Err(error) => Err(error),
        }
    }
}

impl Backend for Embedded {
    type File = Open;
    type Metadata = Kind;
    type OpenFuture = Ready<io::Result<Open>>;
    type MetadataFuture = Ready<io::Result<Kind>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.file(&path).map(|bytes| Open(Cursor::new(bytes))))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.kind(&path))
    }
}

/// What is at a path.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A file of so many bytes.
    File(u64),
    /// A folder.
    Folder,
}

impl Metadata for Kind {
    fn is_dir(&self) -> bool {
        matches!(self, Self::Folder)
    }

    /// None: a time of the build would make two builds differ. A file has an entity tag instead.
    fn modified(&self) -> io::Result<SystemTime> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn len(&self) -> u64 {
        match self {
            Self::File(length) => *length,
            Self::Folder => 0,
        }
    }
}

/// A file that is being read.
#[derive(Debug)]
pub struct Open(Cursor<&'static [u8]>);

impl File for Open {
    type Metadata = Kind;
    type MetadataFuture<'a> = Ready<io::Result<Kind>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(Kind::File(self.0.get_ref().len() as u64)))
    }
}

impl AsyncRead for Open {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncSeek for Open {
    fn start_seek(mut self: Pin<&mut Self>, position: io::SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.0).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.0).poll_complete(context)
    }
}

/// The first 64 bits of a hash, in hexadecimal.
fn short(hash: Sha256) -> String {
    let hash: [u8; 32] = hash.finalize().into();
    hash[..8].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
