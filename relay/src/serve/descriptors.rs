//! How many files the process may have open. Connections and calls are files: where there are too few, those who
//! are connected already could not be served, so the relay takes no more connections than it can serve.

use crate::config::Limits;

/// `limits`, as far as the machine allows them. The number of files is raised to what they need, where that
/// may be; else the log says so.
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

/// Other systems have no such limit, or none that can be asked for in this way.
#[cfg(not(unix))]
fn raised(_: u64) -> Option<u64> {
    None
}
