//! The compressed copies, made once as small as can be, so that a relay compresses nothing.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::Error;

/// Writes `<path>.br` and `<path>.gz` with the compressed `bytes`.
pub(super) fn beside(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    for (kind, compressed) in [("br", brotli(bytes)), ("gz", gzip(bytes))] {
        let copy = with_suffix(path, kind);
        compressed
            .and_then(|compressed| fs::write(&copy, compressed))
            .map_err(Error::file("write", &copy))?;
    }
    Ok(())
}

/// The path of a compressed copy.
pub(crate) fn with_suffix(path: &Path, kind: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(kind);
    PathBuf::from(name)
}

fn brotli(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = CompressorWriter::new(Vec::new(), BUFFER, QUALITY, WINDOW);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

const BUFFER: usize = 4096;
/// The best that brotli can do.
const QUALITY: u32 = 11;
/// The logarithm of how far back brotli looks: 4 MB, more than any file of ours.
const WINDOW: u32 = 22;

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{brotli, gzip};

    #[test]
    fn both_copies_unpack_to_the_original() {
        let text = "the same words, the same words, the same words".repeat(50);
        let packed = brotli(text.as_bytes()).unwrap();
        assert!(packed.len() < 100);
        let mut back = String::new();
        ::brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        let mut back = String::new();
        let packed = gzip(text.as_bytes()).unwrap();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
    }
}
