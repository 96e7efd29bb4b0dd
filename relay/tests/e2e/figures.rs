//! How fast the element is beside two pages of the same function. `cargo xtask bench` runs it and keeps the table; no
//! other run does. It asserts nothing about times.

use std::fmt::Write as _;
use std::fs::{copy, write};
use std::path::{Path, PathBuf};

use crate::support::{Machine, Network, Scenario, required, scenario};

/// The pages, by the name of their script, and what each is called in the table.
const PAGES: [(&str, &str); 3] =
    [("plain", "plain JavaScript"), ("ais-link", "`<ais-link>`"), ("react", "React")];

scenario!(the_element_beside_other_pages, async |scenario| {
    let scripts = PathBuf::from(required("AIS_LINK_BENCH_SCRIPTS"));
    let (world, browser) = scenario.page(pages(&scenario, &scripts)).await;
    let mut table = String::from(HEAD);
    for machine in MACHINES {
        browser.slow_down(machine).await;
        let mut lists: [Vec<f64>; 3] = Default::default();
        let mut codes: [Vec<f64>; 3] = Default::default();
        // In turn: what else the machine does meanwhile slows all of them alike.
        for _ in 0..RUNS {
            for (index, (page, _)) in PAGES.into_iter().enumerate() {
                browser.visit(&format!("/{page}.html"), &world).await;
                let [list, code] = browser.measure().await;
                lists[index].push(list);
                codes[index].push(code);
            }
        }
        let (lists, codes) = (lists.map(middle), codes.map(middle));
        for (index, (page, name)) in PAGES.into_iter().enumerate() {
            let mut rest = ["-".to_owned(), "-".to_owned()];
            // The network has no part in these.
            if machine.network.is_none() {
                browser.visit(&format!("/{page}-many.html"), &world).await;
                let key = browser.keystroke().await;
                browser.visit(&format!("/{page}.html"), &world).await;
                rest = [browser.frame().await, key].map(|took| format!("{took:.1} ms"));
            }
            let ([list, code], [lists_base, codes_base]) =
                ([lists[index], codes[index]], [lists[0], codes[0]]);
            let (of_list, of_code) = (list / lists_base, code / codes_base);
            let _ = writeln!(
                table,
                "| {} | {} | {name} | {list:.0} ms | {of_list:.2} | {code:.0} ms | {of_code:.2} | {} |",
                machine.slower,
                if machine.network.is_none() { "none" } else { "4G" },
                rest.join(" | "),
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

/// The middle of several figures.
fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

const ELEMENT: &str = r#"<ais-link country="SE"></ais-link>"#;
const MAIN: &str = "<main></main>";
/// Visits of each page by a new visitor whose browser has nothing in its cache.
const RUNS: usize = 9;
/// This machine, one six times slower, and both with the network of a telephone.
const MACHINES: [Machine; 4] = [
    Machine { slower: 1, network: None },
    Machine { slower: 6, network: None },
    Machine { slower: 1, network: Some(MOBILE) },
    Machine { slower: 6, network: Some(MOBILE) },
];
/// 9 Mbit/s down and 1.5 up.
const MOBILE: Network = Network { delay: 100, down: 1_125_000, up: 187_500 };
const HEAD: &str = "| CPU slowed | Network | Page | list of banks | of plain | tap to QR code | of plain | work for a frame | a keystroke, 3,000 banks |\n\
    |---|---|---|---|---|---|---|---|---|\n";
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
