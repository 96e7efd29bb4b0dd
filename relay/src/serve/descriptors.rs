//! How many files the process may have open. Connections and calls are files. With too few, the relay could not serve
//! the peers that are already connected, so it accepts no more connections than it can serve.

use crate::config::Limits;

/// `limits`, as far as the machine allows them. It raises the limit of open files to their need where the system
/// allows that; else it logs a warning.
pub fn fit(limits: Limits) -> Limits {
    let needed = limits.files();
    let Some(files) = raised(needed).filter(|files| *files < needed) else { return limits };
    let limited = limits.within(files);
    tracing::warn!(
        files,
        needed,
        connections = limited.connections,
        calls = limited.calls,
        "the process may have few files open (ulimit -n): it takes fewer connections"
    );
    limited
}

/// The number of files that the process may have open, after it was raised towards `needed`; `None` where
/// there is no such limit.
#[cfg(unix)]
fn raised(needed: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current?;
    let wanted = maximum.map_or(needed, |maximum| maximum.min(needed));
    if wanted > current
        && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok()
    {
        return Some(wanted);
    }
    Some(current)
}

/// Other systems have no such limit, or another way to read it.
#[cfg(not(unix))]
fn raised(_: u64) -> Option<u64> {
    None
}
