//! Thousands of banks: they come without the page standing still, all can be reached and found, and after a choice far
//! down the next screen is in view.

use serde_json::{Value, json};

use super::{TAG, page};
use crate::support::{Browser, World};

/// Plays a country with three thousand banks, and notes each task that holds the page up.
const MANY: &str = "<script>
    window.long = [];
    if (PerformanceObserver.supportedEntryTypes.includes('longtask'))
        new PerformanceObserver(list => long.push(...list.getEntries().map(it => it.duration))).observe({ type: 'longtask', buffered: true });
    const ask = fetch;
    window.fetch = async (asked, ...rest) => {
        const address = String(asked.url ?? asked);
        if (!address.includes('/aspsps?') && !address.endsWith('/aspsps')) return ask(asked, ...rest);
        const letters = at => String.fromCharCode(65 + at % 26, 65 + Math.floor(at / 26) % 26, 65 + Math.floor(at / 676) % 26);
        const aspsps = Array.from({ length: 2999 }, (_, at) => ({ bicFi: `TEST${letters(at)}X`.slice(0, 4) + 'SE' + letters(at).slice(0, 2), name: `Bänk ${letters(at)} ${at}` }));
        aspsps.push({ bicFi: 'HANDSESS', name: 'Östgöta-Handelsbanken' });
        return Response.json({ aspsps });
    };
</script>";

async fn at_the_list(name: &str) -> (World, Browser) {
    let world = World::with_pages(name, &page(name, MANY, TAG)).await;
    let browser = Browser::new().await;
    browser.open(&world).await;
    browser.screen("choose-bank").await;
    (world, browser)
}

/// How many rows there are in the end.
async fn rows(browser: &Browser) -> Value {
    let all = "const count = () => root.querySelectorAll('.bank').length;
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
    let long: Vec<f64> =
        serde_json::from_value(browser.eval("return long", vec![]).await).expect("times");
    // Before it was one of two seconds. On a busy machine any task may be some times longer than it is.
    println!("long tasks: {long:?}");
    assert!(long.iter().all(|task| *task < 400.0), "{long:?}");
    let type_in = "const search = root.querySelector('input');
        const began = performance.now();
        search.value = arguments[0];
        search.dispatchEvent(new Event('input', { bubbles: true }));
        search.getBoundingClientRect();
        return performance.now() - began";
    for (typed, found) in
        [("ostgota", 1), ("", 3000), ("bank 299", 12), ("handels oestgoeta", 1), ("bänk", 3000)]
    {
        let took = browser.eval(type_in, vec![json!(typed)]).await;
        println!("{typed:?}: {took} ms");
        assert!(took.as_f64().expect("a time") < 400.0, "{typed:?} took {took} ms");
        if !typed.is_empty() {
            browser.reads(&format!("Banks found: {found}")).await;
        }
        let shown =
            "return [...root.querySelectorAll('.list > li')].filter(it => !it.hidden).length";
        rows(&browser).await;
        assert_eq!(browser.eval(shown, vec![]).await, json!(found), "{typed:?}");
    }
    browser.quit("pages-many").await;
}

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
