//! Runs other programs, without standard input. It never uses a shell.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use fs_err as fs;

use crate::folders::{cache, root};

/// A run of `program` in the checkout's top folder. It finds our tools before those on PATH.
pub(crate) fn new(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command.env("CARGO_TERM_COLOR", "never").env("PATH", path(None));
    command
}

/// PATH with `first` and the folder of our tools before the rest.
pub(crate) fn path(first: Option<&str>) -> OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let own = first.map(PathBuf::from).into_iter().chain([cache().join("tools/bin")]);
    env::join_paths(own.chain(env::split_paths(&rest))).unwrap_or(rest)
}

/// Where `program` is on PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let names = [program.to_owned(), format!("{program}{}", env::consts::EXE_SUFFIX)];
    let places = |folder: PathBuf| names.clone().map(|name| folder.join(name));
    env::split_paths(&path(None)).flat_map(places).find(|place| place.is_file())
}

/// The program as a person would name it.
pub(crate) fn name(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

/// Runs it and returns its output, trimmed. For quick queries.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let program = name(command);
    let output = command.output().with_context(|| format!("Could not start `{program}`"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    let (status, said) = (output.status, text(&output.stderr));
    ensure!(status.success(), "`{program}` failed ({status}). {said}");
    Ok(text(&output.stdout))
}

/// Sends all that the program prints to the file `log`.
pub(crate) fn print_to<'c>(log: &Path, command: &'c mut Command) -> Result<&'c mut Command> {
    let (file, _) = fs::File::create(log)?.into_parts();
    Ok(command.stdout(file.try_clone()?).stderr(file))
}

#[cfg(test)]
mod tests {
    use super::{find, new, read};

    #[test]
    fn output_is_read_and_a_failure_says_what_and_why() {
        assert!(read(new("cargo").arg("--version")).unwrap().starts_with("cargo "));
        let error = read(new("cargo").arg("--no-such-flag")).unwrap_err().to_string();
        assert!(error.contains("no-such-flag"), "{error}");
        let error = read(&mut new("no-such-program")).unwrap_err().to_string();
        assert!(error.contains("no-such-program"), "{error}");
        assert!(find("no-such-program").is_none() && find("cargo").is_some());
    }
}
