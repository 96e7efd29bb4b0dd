//! CPU time of a forwarded call, and the delay that it adds.

use std::path::Path;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::browser::{ACCOUNTS, BANKS, Browser};
use crate::platform::Platform;
use crate::sqlite;
use crate::subject::{Kind, Programs, Subject};
use crate::table::{Table, figure, ratio};

/// A kind of calls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    /// It reaches the platform.
    Accounts,
    /// The relay answers it from memory once it is final; the others ask the platform.
    Status,
    /// The relay answers it from memory; the others ask the platform.
    Banks,
}

impl Call {
    const ALL: [Self; 3] = [Self::Accounts, Self::Status, Self::Banks];

    const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Status => "SCA status, final",
            Self::Banks => "list of banks",
        }
    }

    async fn make(self, browser: &mut Browser) {
        let consent = format!("consent-id: {}\r\n", browser.consent);
        let (target, lines) = match self {
            Self::Accounts => (ACCOUNTS.to_owned(), &*consent),
            Self::Status => (browser.authorisation.clone(), ""),
            Self::Banks => (BANKS.to_owned(), ""),
        };
        let (status, text) = browser.call("GET", &target, lines, "").await;
        assert_eq!(status, 200, "{target}: {text}");
    }
}

/// What one program took for one kind of calls.
struct Taken {
    cpu: Duration,
    per_second: f64,
}

/// The tables for a platform without and with TLS.
pub(crate) async fn measure(programs: &Programs, folder: &Path) -> Vec<Table> {
    let plain = Platform::plain().await;
    let tls = Platform::with_tls(folder).await;
    let mut tables = Vec::new();
    for (platform, how) in [(&plain, "without TLS"), (&tls, "with TLS")] {
        let mut costs = Table::new(
            &format!("CPU time of a call, platform {how}"),
            &["Call", "Program", "CPU a call", "of nginx's", "of Node's", "calls a second"],
            &format!(
                "{CONNECTIONS} connections, {CALLS} calls on each, after as many that are not counted."
            ),
        );
        let mut delays = Table::new(
            &format!("Delay that is added, platform {how}"),
            &["Program", "p50", "p99", "p50 added", "p99 added"],
            &format!(
                "The call for accounts, {RATE} calls a second over {CONNECTIONS} connections."
            ),
        );
        let mut direct = None;
        if platform.certificate.is_none() {
            let address = format!("127.0.0.1:{}", platform.port);
            let (browsers, late) = paced(linked(&address).await).await;
            drop(browsers);
            delays.row(delay_row("none: the platform itself", late, None));
            direct = Some(late);
        }
        let (mut of_nginx, mut of_node) = (Vec::new(), Vec::new());
        for kind in Kind::ALL {
            let started = Subject::start(kind, programs, platform, folder, &sqlite(folder)).await;
            let Some(subject) = started else { continue };
            let mut browsers = linked(&subject.address).await;
            for (index, call) in Call::ALL.into_iter().enumerate() {
                (browsers, _) = closed_loop(&subject, call, browsers).await;
                let taken;
                (browsers, taken) = closed_loop(&subject, call, browsers).await;
                let micros = taken.cpu.as_secs_f64() * 1e6;
                match kind {
                    Kind::Nginx => of_nginx.push(micros),
                    Kind::Node => of_node.push(micros),
                    Kind::Bare | Kind::Relay => {}
                }
                costs.row(vec![
                    call.name().to_owned(),
                    kind.name().to_owned(),
                    figure(micros, "µs"),
                    ratio(micros, of_nginx.get(index).copied()),
                    ratio(micros, of_node.get(index).copied()),
                    format!("{:.0}", taken.per_second),
                ]);
            }
            let (_, late) = paced(browsers).await;
            delays.row(delay_row(kind.name(), late, direct));
        }
        tables.extend([costs, delays]);
    }
    tables
}

/// Browsers with a link each. Where nothing keeps links, the platform's ids do as well.
async fn linked(address: &str) -> Vec<Browser> {
    let mut links = JoinSet::new();
    for number in 0..CONNECTIONS {
        let address = address.to_owned();
        links.spawn(async move {
            let mut browser = Browser::alone(&address, number);
            browser.link().await;
            browser.poll().await;
            browser
        });
    }
    links.join_all().await
}

/// Each browser makes its calls as fast as they are answered.
async fn closed_loop(
    subject: &Subject,
    call: Call,
    browsers: Vec<Browser>,
) -> (Vec<Browser>, Taken) {
    let (before, began) = (subject.cpu(), Instant::now());
    let mut running = JoinSet::new();
    for mut browser in browsers {
        running.spawn(async move {
            for _ in 0..CALLS {
                call.make(&mut browser).await;
            }
            browser
        });
    }
    let browsers = running.join_all().await;
    let (cpu, took) = (subject.cpu().saturating_sub(before), began.elapsed());
    let calls = u32::try_from(CONNECTIONS * CALLS).unwrap();
    (browsers, Taken { cpu: cpu / calls, per_second: f64::from(calls) / took.as_secs_f64() })
}

/// The middle delay, and that which one call in a hundred exceeds.
type Delays = [Duration; 2];

/// Makes calls at a steady rate. A call that the one before it keeps waiting counts from when it was due.
async fn paced(browsers: Vec<Browser>) -> (Vec<Browser>, Delays) {
    let began = Instant::now() + Duration::from_millis(100);
    let pause = Duration::from_secs(1) / RATE;
    let connections = u32::try_from(CONNECTIONS).unwrap();
    let mut running = JoinSet::new();
    for (mut browser, number) in browsers.into_iter().zip(0_u32..) {
        running.spawn(async move {
            let mut delays = Vec::new();
            for round in 0..RATE * SECONDS / connections {
                let due = began + pause * (round * connections + number);
                let is_late = Instant::now() > due;
                sleep_until(due).await;
                // The timer's own delay is not the program's.
                let from = if is_late { due } else { Instant::now() };
                Call::Accounts.make(&mut browser).await;
                // The first second is not counted.
                if due > began + Duration::from_secs(1) {
                    delays.push(from.elapsed());
                }
            }
            (browser, delays)
        });
    }
    let (browsers, delays): (Vec<_>, Vec<_>) = running.join_all().await.into_iter().unzip();
    let mut delays = delays.concat();
    delays.sort_unstable();
    let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
    (browsers, [at(50), at(99)])
}

fn delay_row(name: &str, late: Delays, direct: Option<Delays>) -> Vec<String> {
    let millis = |time: Duration| figure(time.as_secs_f64() * 1000.0, "ms");
    let added = |index: usize| {
        direct
            .map_or_else(|| "-".to_owned(), |base| millis(late[index].saturating_sub(base[index])))
    };
    vec![name.to_owned(), millis(late[0]), millis(late[1]), added(0), added(1)]
}

const CONNECTIONS: usize = 32;
const CALLS: usize = 600;
/// Calls a second at half load: about half of what the relay answers on two cores that the browsers and the
/// platform use too.
const RATE: u32 = 1500;
const SECONDS: u32 = 6;
