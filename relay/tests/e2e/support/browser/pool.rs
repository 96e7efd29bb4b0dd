//! Browsers that a scenario has given back, cleaned and kept for the next: to start one costs more than most tests.
//!
//! A browser is as good as new when it has one empty tab and no cookies. Storage, caches and permissions
//! belong to an origin, and no two worlds of a run have the same port. A scenario that leaves more behind,
//! such as a service worker, keeps its browser from others.

use std::io::{Read, Write};
use std::mem;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use thirtyfour::WebDriver;
use thirtyfour::prelude::WebDriverResult;

use super::Options;
use super::service::Service;

/// A browser that no scenario uses.
pub(super) struct Idle {
    // Dropped in this order: the session ends while its service still runs.
    pub(super) driver: WebDriver,
    pub(super) service: Service,
    pub(super) options: Options,
}

struct Pool {
    /// How many scenarios run.
    scenarios: usize,
    idle: Vec<Idle>,
}

/// Opens the pool to one more scenario.
pub(crate) fn open() {
    pool().scenarios += 1;
}

/// Closes the pool to one scenario; the last one ends all kept browsers. The process may end at any moment then, and
/// nothing else would end them.
pub(crate) async fn close() {
    let idle = {
        let mut pool = pool();
        pool.scenarios -= 1;
        if pool.scenarios == 0 { mem::take(&mut pool.idle) } else { Vec::new() }
    };
    for Idle { driver, service, .. } in idle {
        // What is wrong with a browser that no scenario uses is no fault of a test.
        let _ = driver.quit().await;
        drop(service);
    }
}

/// A kept browser that is as `options` say.
pub(super) fn take(options: Options) -> Option<Idle> {
    let mut pool = pool();
    let place = pool.idle.iter().position(|idle| idle.options == options)?;
    Some(pool.idle.swap_remove(place))
}

/// Keeps a browser that was cleaned, while its scenario still runs.
pub(super) fn keep(idle: Idle) {
    pool().idle.push(idle);
}

/// Removes what a scenario left: its cookies, then all tabs and windows but an empty one.
pub(super) async fn clean(driver: &WebDriver) -> WebDriverResult<()> {
    let used = driver.windows().await?;
    if let Some(first) = used.first() {
        // The scenario may have closed the tab that it looked at.
        driver.switch_to_window(first.clone()).await?;
    }
    for host in HOSTS {
        // WebDriver deletes the cookies of the page that is open.
        driver.goto(format!("http://{host}:{}/", *EMPTY_PAGE)).await?;
        driver.delete_all_cookies().await?;
    }
    let fresh = driver.new_tab().await?;
    for tab in used {
        driver.switch_to_window(tab).await?;
        driver.close_window().await?;
    }
    driver.switch_to_window(fresh).await
}

fn pool() -> MutexGuard<'static, Pool> {
    static POOL: Mutex<Pool> = Mutex::new(Pool { scenarios: 0, idle: Vec::new() });
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The hosts that set cookies in the tests: the relay's and the bank's.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

/// The port of a page with nothing on it.
static EMPTY_PAGE: LazyLock<u16> = LazyLock::new(|| {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("a bound port").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                // A browser that asks for nothing, or does not wait, needs no answer.
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(EMPTY);
            });
        }
    });
    port
});

const EMPTY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";
