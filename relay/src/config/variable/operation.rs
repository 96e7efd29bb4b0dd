//! The variables for those who run the relay.

use super::Variable;

pub(in crate::config) const ADMIN_LISTEN: Variable = Variable {
    name: "ADMIN_LISTEN",
    default: Some("127.0.0.1:9419"),
    expected: "an address and a port, such as 127.0.0.1:9419, or off",
    about: "where operations ask: /health/live, /health/ready, /metrics and /debug/config; never for browsers",
};
pub(in crate::config) const DRAIN_DELAY: Variable = Variable {
    name: "DRAIN_DELAY",
    default: Some("5"),
    expected: "seconds from 0 to 3600, such as 5 or 0.5",
    about: "how long the relay serves on after the signal to stop, while /health/ready already says that it \
            is not ready",
};
pub(in crate::config) const LOG: Variable = Variable {
    name: "LOG",
    default: Some("text"),
    expected: "text or json",
    about: "the form of the log, which goes to standard output",
};
pub(in crate::config) const LOG_LEVEL: Variable = Variable {
    name: "LOG_LEVEL",
    default: Some("info"),
    expected: "error, warn, info, debug or trace",
    about: "which lines the log has: info has one for each call, debug one for each request to the platform \
            too, and none of them has credentials or anything personal",
};
