//! Runs other programs: without a terminal, without standard input, with their output where the caller
//! wants it. It never uses a shell.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::error::Error;

/// One program about to be run.
#[must_use]
pub(crate) struct Run(Command);

impl Run {
    /// A run of `program`, found on PATH unless it is a path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self(command)
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.0.arg(arg);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.0.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Removes environment variables.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.0.env_remove(name);
        }
        self
    }

    /// Searches `folders` before the rest of PATH.
    pub(crate) fn first_on_path(self, folders: &[PathBuf]) -> Self {
        self.env("PATH", path_with(folders))
    }

    /// Runs in `folder`.
    pub(crate) fn dir(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// The program as a person would name it.
    pub(crate) fn name(&self) -> String {
        let program = Path::new(self.0.get_program());
        program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
    }

    /// Runs it and returns its output, trimmed. For quick queries.
    pub(crate) fn read(mut self) -> Result<String, Error> {
        let program = self.name();
        let output = match self.0.output() {
            Ok(output) => output,
            Err(source) => return Err(Error::Start { program, source }),
        };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(Error::Program { program, status: output.status, said });
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs it and adds its output to `log`.
    pub(crate) fn log_to(mut self, log: &Path) -> Result<ExitStatus, Error> {
        let file = File::options().create(true).append(true).open(log);
        let file = file.map_err(Error::file("write", log))?;
        let copy = file.try_clone().map_err(Error::file("write", log))?;
        let status = self.0.stdout(file).stderr(copy).status();
        status.map_err(|source| Error::Start { program: self.name(), source })
    }

    /// The bare command, with the terminal as its output, for a program that takes over.
    pub(crate) fn into_command(self) -> Command {
        self.0
    }
}

/// Where `program` is on PATH, or in one of `folders` before it.
pub(crate) fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&path_with(folders)).map(|folder| folder.join(&name)).find(|p| p.is_file())
}

fn path_with(folders: &[PathBuf]) -> OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = folders.iter().cloned().chain(env::split_paths(&rest));
    env::join_paths(all).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::{Run, find};
    use crate::error::Error;

    #[test]
    fn output_is_read_and_a_failure_keeps_what_was_said() {
        assert!(Run::new("cargo").arg("--version").read().unwrap().starts_with("cargo "));
        let error = Run::new("cargo").arg("--no-such-flag").read().unwrap_err();
        assert!(error.to_string().contains("no-such-flag"), "{error}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let error = Run::new("no-such-program-here").read().unwrap_err();
        assert!(matches!(error, Error::Start { program, .. } if program == "no-such-program-here"));
        assert!(find("no-such-program-here", &[]).is_none());
        assert!(find("cargo", &[]).is_some());
    }
}
