//! Thousands of banks: they come while the page stays responsive, a person can reach and find each of them, and after a
//! choice far down the next screen is in view.

use std::sync::Arc;

use super::{TAG, page};
use crate::support::{Browser, Key, Scenario, World, scenario};

/// Plays a country with three thousand banks. From that answer on it notes how many rows come with each task, and how
/// long the page waits for its own turn.
const MANY: &str = "<script>
    window.pieces = [];
    window.waits = [];
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (...how) {
        const root = attach.apply(this, how);
        const rows = node => node.localName === 'li' ? [node] : [...node.querySelectorAll?.('.list > li') ?? []];
        // One report may name a list and rows that it got afterwards: each row counts once then.
        new MutationObserver(changes => pieces.push(new Set(changes.flatMap(it => [...it.addedNodes]).flatMap(rows)).size))
            .observe(root, { subtree: true, childList: true });
        return root;
    };
    let last;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
        const now = performance.now();
        if (last) waits.push(now - last);
        last = now;
        setTimeout(() => port2.postMessage(''), 1);
    };
    const ask = fetch;
    window.fetch = async (asked, ...rest) => {
        const address = String(asked.url ?? asked);
        if (!address.includes('/aspsps?') && !address.endsWith('/aspsps')) return ask(asked, ...rest);
        const letters = at => String.fromCharCode(65 + at % 26, 65 + Math.floor(at / 26) % 26, 65 + Math.floor(at / 676) % 26);
        const aspsps = Array.from({ length: 2999 }, (_, at) => ({ bicFi: `TEST${letters(at)}X`.slice(0, 4) + 'SE' + letters(at).slice(0, 2), name: `Bänk ${letters(at)} ${at}` }));
        aspsps.push({ bicFi: 'HANDSESS', name: 'Östgöta-Handelsbanken' });
        const answer = Response.json({ aspsps });
        port2.postMessage('');
        return answer;
    };
</script>";

/// A person who looks at the list of three thousand banks.
async fn at_the_list(scenario: &Scenario) -> (Arc<World>, Arc<Browser>) {
    let (world, browser) = page(scenario, MANY, TAG).await;
    browser.screen("choose-bank").await;
    (world, browser)
}

scenario!(three_thousand_banks_come_while_the_page_stays_responsive, async |scenario| {
    let (_world, browser) = at_the_list(&scenario).await;
    assert_eq!(browser.rows().await, 3000);
    let all = came(&browser, "the list").await;
    assert_eq!(all.rows, 3000);
    assert!(all.most <= 1500, "{} rows came in one task", all.most);
    for (typed, found) in
        [("ostgota", 1), ("", 3000), ("bank 299", 12), ("handels oestgoeta", 1), ("bänk", 3000)]
    {
        browser.search_for(typed).await;
        if !typed.is_empty() {
            browser.reads(&format!("Banks found: {found}")).await;
        }
        assert_eq!(browser.rows().await, found, "{typed:?}");
        assert_eq!(came(&browser, typed).await.rows, 0, "{typed:?}: no row is made again");
    }
});

/// Rows that came since the last call.
struct Came {
    rows: u64,
    /// The most rows in one task.
    most: u64,
}

/// The rows that came since the last call; prints the page's longest wait for its turn meanwhile, which a busy machine
/// lengthens.
async fn came(browser: &Browser, what: &str) -> Came {
    let pieces: Vec<u64> = browser.take_noted("pieces").await;
    let waits: Vec<f64> = browser.take_noted("waits").await;
    let came = Came { rows: pieces.iter().sum(), most: pieces.into_iter().max().unwrap_or(0) };
    let wait = waits.into_iter().fold(0.0, f64::max);
    println!("{what:?}: {} rows, {} at once, {wait} ms", came.rows, came.most);
    came
}

scenario!(keyboard_and_screen_reader_reach_every_bank, async |scenario| {
    let (_world, browser) = at_the_list(&scenario).await;
    assert_eq!(browser.rows().await, 3000);
    browser.focus_bank(2997).await;
    for (key, place) in [(Key::Down, 2998), (Key::Tab, 2999), (Key::Up, 2998)] {
        browser.press(key).await;
        assert_eq!(browser.focused_bank().await, Some(place));
    }
    if Browser::has_devtools() {
        let has_last = browser.tree_has_button("Östgöta-Handelsbanken").await;
        assert!(has_last, "the last bank is in the tree");
    }
});

scenario!(after_a_choice_far_down_the_next_screen_is_in_view, async |scenario| {
    let (world, browser) = at_the_list(&scenario).await;
    for keeps_focus in [false, true] {
        browser.open_as_new_visitor(&world).await;
        browser.screen("choose-bank").await;
        browser.rows().await;
        browser.lengthen_page().await;
        if keeps_focus {
            browser.keep_focus_off_clicks().await;
        }
        browser.click_in_the_middle(".list > li:last-child").await;
        browser.screen("ready").await;
        assert_eq!(browser.in_view(&[".of", "h2"]).await, [true, true], "{keeps_focus}");
        browser.settle().await;
        // What is in view stays where it is.
        browser.press(Key::Up).await;
        let at = browser.scrolled_at_rest().await;
        browser.click_without_scrolling("Show QR code").await;
        browser.screen("challenge").await;
        assert!((browser.scrolled().await - at).abs() < f64::EPSILON, "{keeps_focus}");
        browser.click("Cancel").await;
        browser.screen("cancelled").await;
    }
});
