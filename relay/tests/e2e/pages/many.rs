//! Thousands of banks: they come without the page standing still, all can be reached and found, and after a choice far
//! down the next screen is in view.

use serde_json::{Value, json};

use super::{TAG, page};
use crate::support::{Browser, World};

/// Plays a country with three thousand banks. From their answer on it notes how many rows come with each task, and how
/// long the page must wait for its own turn.
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

async fn at_the_list(name: &str) -> (World, Browser) {
    let world = World::with_pages(name, &page(name, MANY, TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    (world, browser)
}

/// How many rows are shown in the end.
async fn rows(browser: &Browser) -> Value {
    let all = "const count = () => root.querySelectorAll('.list > li:not([hidden])').length;
        return new Promise(tell => {
            let before = -1;
            const timer = setInterval(() => {
                if (count() !== before) return before = count();
                clearInterval(timer);
                tell(before);
            }, 500);
        })";
    browser.eval(all, vec![]).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn three_thousand_banks_come_without_the_page_standing_still() {
    let (_world, browser) = at_the_list("pages-many").await;
    assert_eq!(rows(&browser).await, json!(3000));
    let all = came(&browser, "the list").await;
    assert_eq!(all.rows, 3000);
    assert!(all.most <= 1500, "{} rows came in one task", all.most);
    for (typed, found) in
        [("ostgota", 1), ("", 3000), ("bank 299", 12), ("handels oestgoeta", 1), ("bänk", 3000)]
    {
        browser.eval(TYPE, vec![json!(typed)]).await;
        if !typed.is_empty() {
            browser.reads(&format!("Banks found: {found}")).await;
        }
        assert_eq!(rows(&browser).await, json!(found), "{typed:?}");
        assert_eq!(came(&browser, typed).await.rows, 0, "{typed:?}: no row is made again");
    }
    browser.quit("pages-many").await;
}

/// Rows that came since the last call, and the page's own turns meanwhile.
struct Came {
    rows: u64,
    /// The most rows in one task.
    most: u64,
    /// The page's longest wait for its turn, in milliseconds: for the eye, because a busy machine lengthens it.
    wait: f64,
}

async fn came(browser: &Browser, what: &str) -> Came {
    let noted = "const noted = [pieces.splice(0), waits.splice(0)];
        return [noted[0].reduce((sum, it) => sum + it, 0), Math.max(0, ...noted[0]), Math.max(0, ...noted[1])]";
    let noted = browser.eval(noted, vec![]).await;
    let count = |at: usize| noted[at].as_u64().expect("a count");
    let came = Came { rows: count(0), most: count(1), wait: noted[2].as_f64().expect("a time") };
    println!("{what:?}: {} rows, {} at once, {} ms", came.rows, came.most, came.wait);
    came
}

const TYPE: &str = "const search = root.querySelector('input');
    search.value = arguments[0];
    search.dispatchEvent(new Event('input', { bubbles: true }));";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn every_bank_is_reached_by_the_keyboard_and_by_a_screen_reader() {
    let (_world, browser) = at_the_list("pages-reached").await;
    assert_eq!(rows(&browser).await, json!(3000));
    browser.eval("root.querySelectorAll('.bank')[2997].focus()", vec![]).await;
    for (key, place) in [("\u{e015}", 2998), ("\u{e004}", 2999), ("\u{e013}", 2998)] {
        browser.driver.action_chain().send_keys(key).perform().await.expect("a key is pressed");
        let at = "return [...root.querySelectorAll('.bank')].indexOf(root.activeElement)";
        assert_eq!(browser.eval(at, vec![]).await, json!(place));
    }
    if Browser::has_devtools() {
        let tree = browser.devtools("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().expect("a tree");
        let named = |name: &str| {
            nodes
                .iter()
                .any(|node| node["role"]["value"] == "button" && node["name"]["value"] == name)
        };
        assert!(named("Östgöta-Handelsbanken"), "the last one is in the tree");
    }
    browser.quit("pages-reached").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn after_a_choice_far_down_the_next_screen_is_in_view() {
    // Some pages keep the focus off what is clicked, and Safari does on every page.
    const KEEPS_FOCUS: &str =
        "document.addEventListener('mousedown', event => event.preventDefault())";
    let (world, browser) = at_the_list("pages-in-view").await;
    for script in ["", KEEPS_FOCUS] {
        browser.afresh(&world).await;
        browser.screen("choose-bank").await;
        rows(&browser).await;
        browser
            .eval(
                "document.documentElement.style.scrollBehavior = 'smooth';
            const above = document.createElement('div');
            above.style.height = '1500px';
            document.body.prepend(above);
            document.body.append(above.cloneNode());",
                vec![],
            )
            .await;
        browser.eval(script, vec![]).await;
        let place = browser
            .eval(
                "const row = root.querySelector('.list > li:last-child');
            row.scrollIntoView({ block: 'center', behavior: 'instant' });
            const box = row.getBoundingClientRect();
            return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]",
                vec![],
            )
            .await;
        let at = |index: usize| place[index].as_i64().expect("a number");
        let there = browser.driver.action_chain().move_to(at(0), at(1)).click();
        there.perform().await.expect("the last bank is clicked");
        browser.screen("ready").await;
        let seen = browser.eval(SEEN, vec![]).await;
        assert_eq!(seen, json!([true, true]), "{script:?}");
        browser.settle().await;
        // What is in view stays where it is.
        browser
            .driver
            .action_chain()
            .send_keys("\u{e013}")
            .perform()
            .await
            .expect("a key is pressed");
        let still = "let last; const look = () => scrollY === last ? done(last) : (last = scrollY, setTimeout(look, 300)); look()";
        let at = browser.wait_for(still, vec![]).await;
        // The driver's own click would scroll.
        browser.eval("control('Show QR code').click()", vec![]).await;
        browser.screen("challenge").await;
        assert_eq!(browser.eval("return scrollY", vec![]).await, at, "{script:?}");
        browser.click("Cancel").await;
        browser.screen("cancelled").await;
    }
    browser.quit("pages-in-view").await;
}

/// Whether the bank's name is in view, and the heading.
const SEEN: &str = "
    const within = it => {
        const { top, bottom } = it.getBoundingClientRect();
        return top >= -1 && bottom <= innerHeight;
    };
    return [root.querySelector('.of'), root.querySelector('h2')].map(within);";
