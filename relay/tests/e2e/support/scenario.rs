//! A scenario is one end-to-end test. The harness runs its body under one runtime, owns its worlds and browsers, and
//! gives the browsers back when the body has ended, also by a panic. It knows nothing of the product.

use std::fs::{create_dir_all, write};
use std::mem::take;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Builder;
use tokio::task::{LocalSet, spawn_local};

use super::{Browser, Options, Setting, World, browser, logs};

/// Declares the test `$name`. Its body gets the [`Scenario`]; it is a closure, which rustfmt formats.
macro_rules! scenario {
    ($name:ident, async |$scenario:ident| $body:block) => {
        #[test]
        #[ignore = "needs a browser and the bundle: cargo xtask test"]
        fn $name() {
            let path = concat!(module_path!(), "::", stringify!($name));
            $crate::support::play(path, |$scenario| async move $body);
        }
    };
}

pub(crate) use scenario;

/// What the body of a test has at hand. Its worlds live until its browsers are given back.
#[derive(Clone)]
pub(crate) struct Scenario(Arc<Parts>);

struct Parts {
    name: String,
    worlds: Numbered<World>,
    browsers: Numbered<Browser>,
}

/// The worlds or browsers of a scenario, and how many there were.
struct Numbered<T> {
    count: AtomicUsize,
    things: Mutex<Vec<Arc<T>>>,
}

/// How a scenario ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
}

/// Runs the test at `path`, then gives its browsers back, then fails if its body did.
pub(crate) fn play<B: Future<Output = ()> + 'static>(path: &str, body: impl FnOnce(Scenario) -> B) {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
    LocalSet::new().block_on(&runtime, async {
        browser::open_pool();
        let scenario = Scenario::new(path);
        // A panic ends the task that it happens in, and no other.
        let played = spawn_local(body(scenario.clone())).await;
        let outcome = if played.is_ok() { Outcome::Passed } else { Outcome::Failed };
        let ended = spawn_local(scenario.end(outcome)).await;
        browser::close_pool().await;
        if let Err(error) = played.and(ended) {
            resume_unwind(error.into_panic());
        }
    });
}

impl Scenario {
    /// The scenario of the test at `path`, such as `e2e::redirect::leaving::a_name`.
    fn new(path: &str) -> Self {
        let (_, test) = path.split_once("::").expect("a test lies in the crate");
        let name = test.replace("::", "-");
        Self(Arc::new(Parts { name, worlds: Numbered::new(), browsers: Numbered::new() }))
    }

    /// How the names of its logs begin.
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    /// A world whose relay serves the demo page.
    pub(crate) async fn world(&self) -> Arc<World> {
        self.world_with(Setting::default()).await
    }

    /// A world whose relay serves the pages in the folder `pages`.
    pub(crate) async fn world_serving(&self, pages: PathBuf) -> Arc<World> {
        self.world_with(Setting { pages, ..Setting::default() }).await
    }

    /// A world as `setting` says.
    pub(crate) async fn world_with(&self, setting: Setting<'_>) -> Arc<World> {
        let name = self.0.worlds.next_name(&self.0.name);
        self.0.worlds.add(World::start(&name, setting).await)
    }

    /// A browser on a light desktop, without any cookie.
    pub(crate) async fn browser(&self) -> Arc<Browser> {
        self.browser_with(Options::default()).await
    }

    /// A browser as `options` say, without any cookie.
    pub(crate) async fn browser_with(&self, options: Options) -> Arc<Browser> {
        let name = self.0.browsers.next_name(&self.0.name);
        self.0.browsers.add(Browser::start(options, name).await)
    }

    /// A world and a browser that shows its demo page.
    pub(crate) async fn demo_page(&self) -> (Arc<World>, Arc<Browser>) {
        let (world, browser) = (self.world().await, self.browser().await);
        browser.open(&world).await;
        (world, browser)
    }

    /// A world that serves the pages in the folder `pages`, and a browser that shows the first of them.
    pub(crate) async fn page(&self, pages: PathBuf) -> (Arc<World>, Arc<Browser>) {
        let (world, browser) = (self.world_serving(pages).await, self.browser().await);
        browser.open(&world).await;
        (world, browser)
    }

    /// Writes `files`, each a name and a text, into the folder of this scenario's pages; gives the folder.
    pub(crate) fn write_pages(&self, files: &[(&str, &str)]) -> PathBuf {
        let folder = logs().join(format!("{}-pages", self.name()));
        create_dir_all(&folder).expect("the folder of logs can be written");
        for (file, text) in files {
            write(folder.join(file), text).expect("a page can be written");
        }
        folder
    }

    /// Gives `browser` back before the scenario ends.
    pub(crate) async fn give_back(&self, browser: Arc<Browser>) {
        lock(&self.0.browsers.things).retain(|other| !Arc::ptr_eq(other, &browser));
        Self::leave(browser, Outcome::Passed).await;
    }

    /// Gives all browsers back. The worlds stop when the last handle to this scenario is dropped.
    async fn end(self, outcome: Outcome) {
        let browsers = take(&mut *lock(&self.0.browsers.things));
        for browser in browsers {
            Self::leave(browser, outcome).await;
        }
    }

    async fn leave(browser: Arc<Browser>, outcome: Outcome) {
        let browser = Arc::into_inner(browser).expect("the test is done with its browser");
        browser.give_back(outcome).await;
    }
}

impl<T> Numbered<T> {
    fn new() -> Self {
        Self { count: AtomicUsize::new(0), things: Mutex::default() }
    }

    /// The name of the next one: that of the scenario, with a number from the second on.
    fn next_name(&self, scenario: &str) -> String {
        match self.count.fetch_add(1, Ordering::Relaxed) {
            0 => scenario.to_owned(),
            before => format!("{scenario}-{}", before + 1),
        }
    }

    fn add(&self, thing: T) -> Arc<T> {
        let thing = Arc::new(thing);
        lock(&self.things).push(Arc::clone(&thing));
        thing
    }
}

fn lock<T>(things: &Mutex<Vec<Arc<T>>>) -> MutexGuard<'_, Vec<Arc<T>>> {
    things.lock().unwrap_or_else(PoisonError::into_inner)
}
