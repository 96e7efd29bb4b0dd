//! Adds the id of the trace to each line that is written while a request is answered.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::config::LogFormat;
use crate::trace;

/// Lines as `lines` writes them, in this form, with the trace's id at the end.
pub(super) struct Traced<F> {
    pub(super) lines: F,
    pub(super) form: LogFormat,
}

impl<S, N, F> FormatEvent<S, N> for Traced<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(id) = trace::id() else {
            return self.lines.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.lines.format_event(context, Writer::new(&mut line), event)?;
        let line = line.trim_end_matches('\n');
        match (self.form, line.strip_suffix('}')) {
            (LogFormat::Json, Some(fields)) => writeln!(writer, "{fields},\"trace_id\":\"{id}\"}}"),
            _ => writeln!(writer, "{line} trace_id={id}"),
        }
    }
}
