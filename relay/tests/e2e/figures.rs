//! How fast the element is beside two pages of the same function. `cargo xtask bench` runs it and keeps the table; no
//! other run does. It asserts nothing about times.

use std::fmt::Write as _;
use std::fs::{copy, write};
use std::path::{Path, PathBuf};

use crate::support::{Browser, Scenario, World, required, scenario};

/// The pages, by the name of their script, and what each is called in the table.
const PAGES: [(&str, &str); 3] =
    [("plain", "plain JavaScript"), ("ais-link", "`<ais-link>`"), ("react", "React")];

/// What a run of one page took, in milliseconds.
struct Run {
    list: f64,
    code: f64,
}

scenario!(the_element_beside_other_pages, async |scenario| {
    let scripts = PathBuf::from(required("AIS_LINK_BENCH_SCRIPTS"));
    let (world, browser) = scenario.page(pages(&scenario, &scripts)).await;
    let mut table = String::from(HEAD);
    for throttle in [1, 6] {
        browser.throttle(throttle).await;
        let mut base: Option<Run> = None;
        for (page, name) in PAGES {
            let run = middle(&browser, &world, page).await;
            let key = keystroke(&browser, &world, page).await;
            let base = base.get_or_insert(Run { ..run });
            let (list, code) = (run.list / base.list, run.code / base.code);
            let _ = writeln!(
                table,
                "| {throttle} | {name} | {:.0} ms | {list:.2} | {:.0} ms | {code:.2} | {key:.1} ms |",
                run.list, run.code,
            );
        }
    }
    write(required("AIS_LINK_FIGURES"), table).expect("the table");
});

/// A page for each script; one more of each has thousands of banks.
fn pages(scenario: &Scenario, scripts: &Path) -> PathBuf {
    let measure = include_str!("../../benches/pages/measure.js");
    let mut files = vec![("measure.js".to_owned(), measure.to_owned())];
    for (page, _) in PAGES {
        let tag = if page == "ais-link" { ELEMENT } else { MAIN };
        for (name, before) in [(page.to_owned(), ""), (format!("{page}-many"), MANY)] {
            let html = PAGE.replace("NAME", page).replace("BEFORE", before).replace("TAG", tag);
            files.push((format!("{name}.html"), html));
        }
    }
    let files: Vec<_> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let folder = scenario.write_pages(&files);
    for page in ["plain.js", "react.js"] {
        copy(scripts.join(page), folder.join(page)).expect("xtask has made it");
    }
    folder
}

/// The middle of several runs, each by a new visitor whose browser has nothing in its cache.
async fn middle(browser: &Browser, world: &World, page: &str) -> Run {
    let (mut lists, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        browser.open_page_as_new_visitor(&world.url(&format!("/{page}.html")), world).await;
        let [list, code] = browser.measure().await;
        lists.push(list);
        codes.push(code);
    }
    lists.sort_by(f64::total_cmp);
    codes.sort_by(f64::total_cmp);
    Run { list: lists[RUNS / 2], code: codes[RUNS / 2] }
}

async fn keystroke(browser: &Browser, world: &World, page: &str) -> f64 {
    browser.open_page_as_new_visitor(&world.url(&format!("/{page}-many.html")), world).await;
    browser.keystroke().await
}

const ELEMENT: &str = r#"<ais-link country="SE"></ais-link>"#;
const MAIN: &str = "<main></main>";
const RUNS: usize = 9;
const HEAD: &str = "| CPU slowed | Page | list of banks | of plain | tap to QR code | of plain | a keystroke, 3,000 banks |\n\
    |---|---|---|---|---|---|---|\n";
const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Measured</title>
<meta name="viewport" content="width=device-width">BEFORE<script src="/measure.js"></script>
<script type="module" src="/NAME.js"></script></head><body>TAG</body></html>"#;
const MANY: &str = "<script>
    const ask = fetch;
    window.fetch = async (asked, ...rest) => {
        if (!/[/]aspsps([?]|$)/.test(asked.url ?? asked)) return ask(asked, ...rest);
        const letters = at => [1, 26, 676].map(part => String.fromCharCode(65 + Math.floor(at / part) % 26)).join('');
        const aspsps = Array.from({ length: 3000 }, (_, at) => ({ bicFi: `T${letters(at)}SE${letters(at).slice(0, 2)}X`.slice(0, 8), name: `Bank ${letters(at)} ${at}` }));
        return Response.json({ aspsps });
    };
</script>";
